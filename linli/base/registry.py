"""A room's store of declarations: filled once at start by `linli.packs`, then frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

Declared = TypeVar("Declared")


class Registry(Generic[Declared]):
    """Declarations by key. Installing a key twice, or after `freeze`, raises ValueError.

    `edition` changes whenever the declarations do, for what is remembered about them.
    """

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._items: dict[str, Declared] = {}
        self._frozen = False
        self.edition = 0

    def install(self, items: Iterable[Any]) -> None:
        """Take in declarations (values with a `key`)."""
        for item in items:
            if self._frozen:
                raise ValueError(f"{self.noun} «{item.key}» comes after the start; declare it in a pack")
            if item.key in self._items:
                raise ValueError(f"{self.noun} «{item.key}» is declared twice")
            self._items[item.key] = item
        self.edition += 1

    def freeze(self) -> None:
        """No more declarations: the house is open."""
        self._frozen = True

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Let more be installed inside the block and put everything back afterwards (tests, specimens)."""
        items, frozen = dict(self._items), self._frozen
        self._frozen = False
        try:
            yield
        finally:
            self._items, self._frozen = items, frozen
            self.edition += 1

    def get(self, key: str) -> Declared | None:
        """The declaration of `key`, or None: its pack is not installed."""
        return self._items.get(key)

    def __getitem__(self, key: str) -> Declared:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Declared]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)
