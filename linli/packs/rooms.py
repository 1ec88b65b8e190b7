"""Which room takes which part of a pack, in floor order. A room that grows a new part adds one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from linli.access import reading
from linli.access.registry import dictionary, holdings, lookups, policies, purposes
from linli.accounts.house_posts import house_posts
from linli.accounts.registry import posts
from linli.base.registry import Registry
from linli.cases.disclosing import LOOKUP as CASE_FACTS
from linli.cases.house_notices import house_notices
from linli.cases.lists import list_spec
from linli.cases.registry import kinds, lines
from linli.notices.registry import notices
from linli.packs.declaration import Pack
from linli.registers.holdings import HOLDINGS
from linli.registers.imports.specs import SPECS
from linli.registers.registry import asset_types, import_specs, panels
from linli.rules.registry import rules
from linli.scoreboard.registry import indicators
from linli.signals.kinds import HOUSE_KINDS
from linli.signals.registry import signal_kinds
from linli.ui.registry import entries, lists

WITH_LISTS = (
    "access",
    "accounts",
    "notices",
    "registers",
    "signals",
    "cases",
    "rules",
    "response",
    "warnings",
    "scoreboard",
    "desk",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One registry of a room: what the house itself declares there, and what of a pack goes in.

    `of_a_pack(pack, module)` gets the dotted name of the pack's folder besides. `prefixed`: keys must begin with
    the pack's key and a dot.
    """

    registry: Registry[Any]
    of_a_pack: Callable[[Pack, str], Iterable[Any]]
    of_the_house: Callable[[], Iterable[Any]] = tuple
    prefixed: bool = True


def _in_folder(read: Callable[[Path], Iterable[Any]], name: str) -> Callable[[Pack, str], Iterable[Any]]:
    """What `read` finds in the file or folder `name` of a pack; nothing when the pack has none."""

    def of_a_pack(_pack: Pack, module: str) -> Iterable[Any]:
        spec = find_spec(module)  # a specimen that a test declares has no folder
        path = Path(spec.origin).parent / name if spec and spec.origin else None
        return read(path) if path and path.exists() else ()

    return of_a_pack


def _of_rooms(name: str) -> Callable[[], Iterable[Any]]:
    """The tuple `name` of each room's module `lists`, in floor order, where a room has one."""

    def of_the_house() -> Iterable[Any]:
        modules = [f"linli.{room}.lists" for room in WITH_LISTS if find_spec(f"linli.{room}.lists")]
        return [item for module in modules for item in getattr(import_module(module), name, ())]

    return of_the_house


def _lists(pack: Pack, _module: str) -> Iterable[Any]:
    """The pack's own lists, and one for each of its kinds of case that it does not list itself."""
    own = {spec.key for spec in pack.lists}
    return (*pack.lists, *(list_spec(kind) for kind in pack.kinds if kind.key not in own))


PARTS: tuple[Part, ...] = (
    Part(registry=posts, of_a_pack=lambda pack, _: pack.posts, of_the_house=house_posts, prefixed=False),
    Part(
        registry=dictionary,
        of_a_pack=_in_folder(reading.read_dictionary, "dictionary.toml"),
        of_the_house=reading.read_dictionary,
        prefixed=False,
    ),
    Part(
        registry=purposes,
        of_a_pack=_in_folder(reading.read_purposes, "purposes.toml"),
        of_the_house=reading.read_purposes,
    ),
    Part(
        registry=policies,
        of_a_pack=_in_folder(reading.read_policies, "policies"),
        of_the_house=reading.read_policies,
        prefixed=False,
    ),
    Part(registry=holdings, of_a_pack=lambda pack, _: pack.holdings, of_the_house=lambda: HOLDINGS),
    Part(registry=lookups, of_a_pack=lambda pack, _: (), of_the_house=lambda: (CASE_FACTS,)),
    Part(registry=notices, of_a_pack=lambda pack, _: pack.notices, of_the_house=house_notices),
    Part(registry=lists, of_a_pack=_lists, of_the_house=_of_rooms("LISTS")),
    Part(registry=lines, of_a_pack=lambda pack, _: (), of_the_house=_of_rooms("LINES"), prefixed=False),
    Part(registry=entries, of_a_pack=lambda pack, _: pack.entries, of_the_house=_of_rooms("ENTRIES"), prefixed=False),
    Part(registry=asset_types, of_a_pack=lambda pack, _: pack.asset_types, of_the_house=_of_rooms("ASSET_TYPES")),
    Part(registry=import_specs, of_a_pack=lambda pack, _: pack.imports, of_the_house=lambda: SPECS),
    Part(registry=panels, of_a_pack=lambda pack, _: pack.panels, of_the_house=_of_rooms("PANELS")),
    Part(
        registry=signal_kinds,
        of_a_pack=lambda pack, _: pack.signal_kinds,
        of_the_house=lambda: HOUSE_KINDS,
        prefixed=False,
    ),
    Part(registry=kinds, of_a_pack=lambda pack, _: pack.kinds),
    Part(registry=rules, of_a_pack=lambda pack, _: pack.rules),
    Part(registry=indicators, of_a_pack=lambda pack, _: pack.indicators),
)
