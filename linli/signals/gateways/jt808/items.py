"""The additional items of a position report (JT/T 808-2013 and -2019, tables 27–30): id, length, value.

What the standard names is decoded when its length is right; everything else, every maker's own item too, is kept as
hexadecimal digits under `other` and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any

_u16, _u32, _pair = Struct(">H").unpack_from, Struct(">I").unpack_from, Struct(">HH").unpack_from
_place, _crossing, _section = Struct(">BI").unpack_from, Struct(">BIB").unpack_from, Struct(">IHB").unpack_from
_PLACES = {0: "none", 1: "circle", 2: "rectangle", 3: "polygon", 4: "section"}
_Reader = Callable[[bytes, int], Any]


def _bits(word: int) -> list[int]:
    return [number for number in range(word.bit_length()) if word >> number & 1]


def _temperature(body: bytes, at: int) -> int:
    """Sign and magnitude: the highest bit says below zero (2019, table 27)."""
    (word,) = _u16(body, at)
    return -(word & 0x7FFF) if word & 0x8000 else int(word)


def _where(body: bytes, at: int) -> dict[str, Any]:
    kind, number = _place(body, at)
    return {"place": _PLACES.get(kind, str(kind)), "id": number}


def _crossed(body: bytes, at: int) -> dict[str, Any]:
    kind, number, direction = _crossing(body, at)
    return {"place": _PLACES.get(kind, str(kind)), "id": number, "direction": "out" if direction else "in"}


def _timed(body: bytes, at: int) -> dict[str, Any]:
    number, seconds, result = _section(body, at)
    return {"id": number, "seconds": seconds, "result": "long" if result else "short"}


# id, length → name, reader
READERS: dict[tuple[int, int], tuple[str, _Reader]] = {
    (0x01, 4): ("mileage_km", lambda body, at: _u32(body, at)[0] / 10),
    (0x02, 2): ("fuel_l", lambda body, at: _u16(body, at)[0] / 10),
    (0x03, 2): ("recorder_speed_kmh", lambda body, at: _u16(body, at)[0] / 10),
    (0x04, 2): ("alarm_event_id", lambda body, at: _u16(body, at)[0]),
    (0x25, 4): ("extended_signal_bits", lambda body, at: _bits(_u32(body, at)[0])),
    (0x2A, 2): ("io_status_bits", lambda body, at: _bits(_u16(body, at)[0])),
    (0x2B, 4): ("analog", lambda body, at: list(_pair(body, at)[::-1])),
    (0x30, 1): ("signal_strength", lambda body, at: body[at]),
    (0x31, 1): ("satellites", lambda body, at: body[at]),
}
# These are kept raw under `other` too: their meaning depends on what the vehicle carries.
EXPLAINED: dict[tuple[int, int], tuple[str, _Reader]] = {
    (0x05, 30): ("tyre_pressures", lambda body, at: [value for value in body[at : at + 30] if value]),
    (0x06, 2): ("cabin_temperature_c", _temperature),
    (0x11, 1): ("overspeed_place", lambda body, at: {"place": _PLACES.get(body[at], str(body[at]))}),
    (0x11, 5): ("overspeed_place", _where),
    (0x12, 6): ("crossing", _crossed),
    (0x13, 7): ("section_time", _timed),
}


def read_items(body: bytes, at: int, end: int) -> tuple[dict[str, Any], bool]:
    """The items from `at` to `end`, and whether all of them were whole; what is torn stands under `malformed`."""
    items: dict[str, Any] = {}
    other: dict[str, str] = {}
    while at < end:
        value = at + 2
        if value > end or (after := value + body[at + 1]) > end:
            items["malformed"] = body[at:end].hex()
            break
        key = (body[at], body[at + 1])
        known = READERS.get(key)
        if known is not None:
            items[known[0]] = known[1](body, value)
        else:
            other[f"{key[0]:02x}"] = body[value:after].hex()
            explained = EXPLAINED.get(key)
            if explained is not None:
                items[explained[0]] = explained[1](body, value)
        at = after
    if other:
        items["other"] = other
    return items, "malformed" not in items
