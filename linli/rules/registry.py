"""The declared rules."""

from linli.base.registry import Registry
from linli.rules.declarations import Rule

rules: Registry[Rule] = Registry("rule")
