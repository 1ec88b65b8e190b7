"""The declared kinds of case, and how the rooms' timeline entries read."""

from linli.base.registry import Registry
from linli.cases.declarations import CaseKind, Line

kinds: Registry[CaseKind] = Registry("kind of case")
lines: Registry[Line] = Registry("timeline entry")
