"""`city.toml`: what a city promises beyond the law. It may shorten a clock, never lengthen one (E063)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from linli.cases.declarations import CaseKind


@cache
def promises() -> Mapping[str, int]:
    """`<kind>.<clock>` → the shorter amount, from `[clocks."<kind>.<clock>"] amount = n`; none without the file."""
    path = Path(settings.CITY_FILE)
    if not path.exists():
        return {}
    clocks: dict[str, dict[str, Any]] = tomllib.loads(path.read_text("utf-8")).get("clocks", {})
    return {key: int(values["amount"]) for key, values in clocks.items()}


def tightened(kind: CaseKind) -> CaseKind:
    """The kind with the city's shorter clocks; longer amounts are left out (and reported by `looser`)."""
    clocks = tuple(
        replace(clock, amount=min(clock.amount, promises().get(f"{kind.key}.{clock.key}", clock.amount)))
        for clock in kind.workflow.clocks
    )
    return replace(kind, workflow=replace(kind.workflow, clocks=clocks))


def looser(kinds: Mapping[str, CaseKind]) -> Iterator[tuple[str, str]]:
    """(clock, fault) of every promise that names no clock or is longer than the clause.

    The kinds are installed with the shorter of both, so an amount above the installed one is a longer one.
    """
    amounts = {f"{kind.key}.{clock.key}": clock.amount for kind in kinds.values() for clock in kind.workflow.clocks}
    for key, amount in promises().items():
        if key not in amounts:
            yield key, "there is no such clock"
        elif amount > amounts[key]:
            yield key, f"{amount} is longer than the {amounts[key]} of the clause"
