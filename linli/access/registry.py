"""What is declared about personal data: filled once at start, then frozen. Access imports none of those who declare."""

from __future__ import annotations

from linli.access.declarations import Attribute, Holding, Lookup, Policy, Purpose
from linli.base.registry import Registry

dictionary: Registry[Attribute] = Registry("attribute")
purposes: Registry[Purpose] = Registry("purpose")
holdings: Registry[Holding] = Registry("holding")
policies: Registry[Policy] = Registry("policy file")
lookups: Registry[Lookup] = Registry("lookup")


def holdings_of(attribute: str) -> list[Holding]:
    """Every holding that keeps `attribute`, in order of declaration."""
    return [holding for holding in holdings if attribute in holding.attributes]
