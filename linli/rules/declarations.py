"""What a pack declares to the rule engine: pure functions from a signal to a decision about a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

Level = Literal["asset", "parent", "premises"]
# In `Rule.asset_types`: senders that no asset belongs to. In `Rule.on`: every kind of signal.
UNKNOWN_SENDER = ""
EVERY_KIND = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """Open a case of `kind`, or count the signal on the open one with the same fold (kind + asset `on` + `fold`).

    `transition` is made at once with `answers`, on the new case or the one that takes the signal (a second detector
    confirms); where the case is past it, its timeline says so. `after`: the decision is held so long and carried out
    then, unless a `Close` of the same fold takes it back first (verification, hysteresis: lesson L13); where the case
    is open already nothing is held.
    """

    kind: str
    title: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    on: Level = "asset"
    fold: str = ""
    priority: Literal[1, 2, 3, 4] | None = None
    transition: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    after: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """Add to the open case of `kind` on the asset: a timeline line, changed fields of its detail."""

    kind: str
    text: Any = ""
    detail: dict[str, Any] = field(default_factory=dict)
    on: Level = "asset"
    fold: str = ""
    transition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """Make `transition` on the open case of `kind`, if the post `system` may; else its timeline says so."""

    kind: str
    transition: str
    on: Level = "asset"
    fold: str = ""


Decision = Open | Update | Close | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule of a pack. `on`: kinds of signal (`alarm.*` takes a family); `asset_types`: () = every type.

    `decide(signal, asset, state, now)` is pure: no query, no clock, no change.
    """

    key: str
    on: tuple[str, ...]
    decide: Callable[..., Any]
    asset_types: tuple[str, ...] = ()
    clause: str = ""
    version: int = 1
