"""The position report 0x0200: 28 bytes and additional items (JT/T 808-2013 and -2019, 8.18 and tables 23–30)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from linli.signals.gateways.jt808.items import read_items

SHORTEST = 28
SOUTH, WEST, FIXED, ENCRYPTED_PLACE = 1 << 2, 1 << 3, 1 << 1, 1 << 5
_HEAD = struct.Struct(">IIIIHHH").unpack_from
_EAST_8 = timedelta(hours=8)
# A nibble over 9 makes a number that no part of a date can be.
_BCD = [high * 10 + low if high < 10 and low < 10 else -9999 for high in range(16) for low in range(16)]


@dataclass(slots=True)
class Position:
    """One report. Degrees WGS-84, metres, km/h, degrees from north clockwise. `time`: UTC; None when the clock says
    nothing possible (`time_text`: its twelve digits). `deviations`: what is wrong with it."""

    alarm: int
    status: int
    lat: float
    lon: float
    altitude: int
    speed: float
    course: int
    time: datetime | None
    time_text: str
    items: dict[str, Any]
    deviations: list[str] = field(default_factory=list)

    @property
    def alarm_bits(self) -> list[int]:
        """The numbers of the alarm bits that are set."""
        return bits(self.alarm)

    @property
    def fixed(self) -> bool:
        """Whether the coordinates are a fix of now."""
        return bool(self.status & FIXED)

    @property
    def usable(self) -> bool:
        """Whether the unit may be moved on the map to these coordinates."""
        return self.fixed and not _UNUSABLE.intersection(self.deviations)


_UNUSABLE = frozenset({"latitude_out_of_range", "longitude_out_of_range", "null_island", "coordinates_encrypted"})


def read_position(body: bytes, at: int = 0, end: int | None = None) -> Position:
    """The report at `at` of the body, which must hold 28 bytes there (struct.error otherwise)."""
    alarm, status, lat_raw, lon_raw, altitude, speed, course = _HEAD(body, at)
    lat, lon = lat_raw / 1e6, lon_raw / 1e6
    deviations: list[str] = []
    if lat > 90:
        deviations.append("latitude_out_of_range")
    if lon > 180:
        deviations.append("longitude_out_of_range")
    if not lat_raw and not lon_raw:
        deviations.append("null_island")
    if status & ENCRYPTED_PLACE:
        deviations.append("coordinates_encrypted")
    said = body[at + 22 : at + 28]
    time = read_time(said)
    if time is None:
        deviations.append("time_invalid")
    items, whole = read_items(body, at + SHORTEST, len(body) if end is None else end)
    if not whole:
        deviations.append("items_malformed")
    return Position(
        alarm,
        status,
        -lat if status & SOUTH else lat,
        -lon if status & WEST else lon,
        altitude,
        speed / 10,
        course,
        time,
        said.hex(),
        items,
        deviations,
    )


def read_time(said: bytes) -> datetime | None:
    """Six bytes BCD, UTC+8 → UTC; None when they are no moment."""
    year, month, day, hour, minute, second = said
    try:
        local = datetime(2000 + _BCD[year], _BCD[month], _BCD[day], _BCD[hour], _BCD[minute], _BCD[second], tzinfo=UTC)
    except ValueError:
        return None
    return local - _EAST_8


def bits(word: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    found = []
    while word:
        low = word & -word
        found.append(low.bit_length() - 1)
        word ^= low
    return found
