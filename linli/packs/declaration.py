"""The one value a domain pack is: everything it gives the city, visible in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.access.declarations import Holding
from linli.accounts.declarations import Post
from linli.cases.declarations import CaseKind
from linli.notices.declarations import Notice
from linli.registers.declarations import AssetType, ImportSpec, Panel
from linli.rules.declarations import Rule
from linli.scoreboard.declarations import Indicator
from linli.signals.declarations import SignalKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """Work that waits for no signal: `work()` is called at least every `every` seconds, and says how much it did."""

    key: str
    work: Callable[[], int]
    every: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A domain: key = folder name; the rest as the rooms' own declaration types (see docs/reference/packs.md).

    `pages` and `api` are dotted names inside the pack (`"pages.routes"`, `"api.router"`), mounted at `/<key>/` and
    `/api/v1/<key>/`. `demo(city)` brings the pack's part of the demo city.
    """

    key: str
    label: Any
    summary: Any
    sources: tuple[str, ...]
    posts: tuple[Post, ...] = ()
    asset_types: tuple[AssetType, ...] = ()
    signal_kinds: tuple[SignalKind, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    rules: tuple[Rule, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    lists: tuple[Any, ...] = ()
    entries: tuple[Any, ...] = ()
    imports: tuple[ImportSpec, ...] = ()
    notices: tuple[Notice, ...] = ()
    holdings: tuple[Holding, ...] = ()
    panels: tuple[Panel, ...] = ()
    timers: tuple[Timer, ...] = ()
    pages: str = ""
    api: str = ""
    demo: Callable[[Any], None] | None = None
