"""The declared message texts."""

from linli.base.registry import Registry
from linli.notices.declarations import Notice

notices: Registry[Notice] = Registry("notice")
