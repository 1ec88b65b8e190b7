"""Keys: uuid v7, so that new rows lie together and sort by their making."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new key of version 7 (RFC 9562 §5.7)."""
    return _uuid7()


def uuid7_at(moment: datetime, random74: int) -> UUID:
    """The key whose 48 time bits say `moment` and whose 74 random bits are given: same on every machine.

    Used by the demo city alone, so that fixtures may name its rows.
    """
    milliseconds = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    high, low = (random74 >> 62) & 0xFFF, random74 & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
