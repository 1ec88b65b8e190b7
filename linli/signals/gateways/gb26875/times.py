"""Time stamps of GB/T 26875.3 (8.2.2): second, minute, hour, day, month, year 0-99, one byte each, China standard time."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from linli.base.clock import LOCAL

ZERO = bytes(6)


@lru_cache(maxsize=8192)
def moment(raw: bytes, bcd: bool = False) -> datetime | None:
    """The instant that six bytes say, on the city's wall clock; None when there is none such (31 February, second 60).

    `bcd`: each byte holds two decimal digits, as some makers send them.
    """
    parts = (
        [(byte >> 4) * 10 + (byte & 15) if byte & 15 < 10 and byte >> 4 < 10 else 255 for byte in raw] if bcd else raw
    )
    second, minute, hour, day, month, year = parts
    if year > 99:
        return None
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=LOCAL)
    except ValueError:
        return None


def stamp(at: datetime, bcd: bool = False) -> bytes:
    """The six bytes of an aware moment."""
    local = at.astimezone(LOCAL)
    parts = (local.second, local.minute, local.hour, local.day, local.month, local.year % 100)
    return bytes(part // 10 << 4 | part % 10 for part in parts) if bcd else bytes(parts)
