"""Keys: uuid v7, so that new rows lie together and sort by their making."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7

_drawn: ContextVar[Callable[[], UUID] | None] = ContextVar("linli_ids_drawn", default=None)


def uuid7() -> UUID:
    """A new key of version 7 (RFC 9562 §5.7); inside `drawn_from`, the next of that source."""
    source = _drawn.get()
    return source() if source else _uuid7()


@contextmanager
def drawn_from(source: Callable[[], UUID]) -> Iterator[None]:
    """Inside the block new keys come from `source`: the demo loader's, so that its rows have the same on every machine."""
    token = _drawn.set(source)
    try:
        yield
    finally:
        _drawn.reset(token)


def uuid7_at(moment: datetime, random74: int) -> UUID:
    """The key whose 48 time bits say `moment` and whose 74 random bits are given: same on every machine.

    Used by the demo city alone, so that fixtures may name its rows.
    """
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    high, low = (random74 >> 62) & 0xFFF, random74 & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
