"""The declared kinds of case."""

from linli.base.registry import Registry
from linli.cases.declarations import CaseKind

kinds: Registry[CaseKind] = Registry("kind of case")
