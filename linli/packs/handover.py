"""Hand each part of a pack to the room that owns it, in floor order; then the registries freeze.

A pack comes in whole or not at all: what would clash with another pack keeps it out, and check E004 says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from linli.access.reading import Unreadable
from linli.base.registry import Registry
from linli.packs import city, rooms
from linli.packs.declaration import Pack
from linli.packs.reading import read
from linli.packs.registry import Failure, failures, packs


def open_house(modules: Iterable[str]) -> None:
    """Install the house's own declarations, then every pack of `modules` that can be read, then freeze."""
    for part in rooms.PARTS:
        part.registry.install(part.of_the_house())
    for module in modules:
        found = read(module)
        failure = found if isinstance(found, Failure) else install(found, module)
        if failure:
            failures.keep(failure)
    for registry in registries():
        registry.freeze()


def install(pack: Pack, module: str) -> Failure | None:
    """Give every part of `pack` to its room; a Failure, and nothing given, when a key or a number word clashes."""
    pack = replace(pack, kinds=tuple(city.tightened(kind) for kind in pack.kinds))
    try:
        given = [(part, tuple(part.of_a_pack(pack, module))) for part in rooms.PARTS]
    except Unreadable as fault:
        return Failure(module, "packs.E052", str(fault), f"Correct it. Start without it: LINLI_PACKS_OFF={pack.key}")
    clash = next(_clashes(pack, given), None)
    if clash:
        hint = f"Rename one of the two. Start without it: LINLI_PACKS_OFF={pack.key}"
        return Failure(module, "packs.E004", clash, hint)
    for part, items in given:
        part.registry.install(items)
    packs.install([pack])
    return None


def registries() -> list[Registry[Any]]:
    """Every registry that packs fill, and the one of the packs."""
    return [*(part.registry for part in rooms.PARTS), packs]


def _clashes(pack: Pack, given: list[tuple[rooms.Part, tuple[Any, ...]]]) -> Iterator[str]:
    for part, items in given:
        seen: set[str] = set()
        for item in items:
            noun = part.registry.noun
            if part.prefixed and not item.key.startswith(f"{pack.key}."):
                yield f"the {noun} «{item.key}» must begin with «{pack.key}.»"
            if item.key in part.registry or item.key in seen:
                yield f"the {noun} «{item.key}» is declared twice"
            seen.add(item.key)
    yield from _same_words(pack)


def _same_words(pack: Pack) -> Iterator[str]:
    """Two kinds with one number word would draw from one row of numbers."""
    taken = {kind.number_word: kind.key for other in packs for kind in other.kinds}
    for kind in pack.kinds:
        if kind.number_word in taken:
            yield f"«{kind.number_word}» stands in the numbers of {taken[kind.number_word]} and of {kind.key}"
        taken[kind.number_word] = kind.key
