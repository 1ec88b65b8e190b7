"""The data unit of a frame: type, count, information objects (GB/T 26875.3 7, 8; table numbers of the standard)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from linli.signals.gateways.gb26875.times import ZERO, moment

SYSTEM_STATE, COMPONENT_STATE, ANALOG, OPERATION = 1, 2, 3, 4
SYSTEM_VERSION, SYSTEM_CONFIGURATION, COMPONENT_CONFIGURATION, SYSTEM_TIME = 5, 6, 7, 8
DEVICE_STATE, DEVICE_OPERATION, DEVICE_VERSION, DEVICE_CONFIGURATION, DEVICE_TIME = 21, 24, 25, 26, 28
READ_DEVICE_STATE, READ_DEVICE_OPERATIONS, READ_DEVICE_VERSION = 81, 84, 85
READ_DEVICE_CONFIGURATION, READ_DEVICE_TIME = 86, 88
INITIALISE, SET_CLOCK, DUTY_CHECK = 89, 90, 91


class Item(NamedTuple):
    """One information object; what its type does not have is None. Nothing interpreted yet.

    `address`: the four bytes of a component as sent. `records`: how many are asked for. `status`: the bits of types 1, 2, 21, or the operations of 4 and
    24. `time` is None where the six bytes `time_raw` are no time. `text`: what was readable of it, `text_raw` all.
    """

    system_type: int | None = None
    system_address: int | None = None
    component_type: int | None = None
    address: bytes | None = None
    status: int | None = None
    operator: int | None = None
    analog_type: int | None = None
    value: int | None = None
    major: int | None = None
    minor: int | None = None
    records: int | None = None
    minutes: int | None = None
    reserved: int | None = None
    text_raw: bytes | None = None
    time_raw: bytes | None = None
    text: str | None = None
    time: datetime | None = None


class Unit(NamedTuple):
    """A data unit. `raw`: the bytes behind the count, for types whose objects are not described by the standard."""

    type: int
    number: int
    items: tuple[Item, ...] = ()
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How an object of one type is laid out; `most`: how many of them the standard allows in a unit."""

    code: struct.Struct
    names: tuple[str, ...]
    most: int
    make: Callable[..., Item]


def _layout(form: str, names: str, most: int = 1) -> Layout:
    fields = tuple(names.split())
    places = [Item._fields.index(name) for name in fields]
    empty: list[Any] = [None] * len(Item._fields)

    def make(values: tuple[Any, ...]) -> Item:
        row = empty.copy()
        for place, value in zip(places, values, strict=True):
            row[place] = value
        return Item._make(row)

    return Layout(struct.Struct("<" + form), fields, most, make)


_SYSTEM = "system_type system_address"
_PART = f"{_SYSTEM} component_type address"
LAYOUTS = {
    SYSTEM_STATE: _layout("BBH6s", f"{_SYSTEM} status time_raw", 102),
    COMPONENT_STATE: _layout("BBB4sH31s6s", f"{_PART} status text_raw time_raw", 22),
    ANALOG: _layout("BBB4sBh6s", f"{_PART} analog_type value time_raw", 63),
    OPERATION: _layout("BBBB6s", f"{_SYSTEM} status operator time_raw", 102),
    SYSTEM_VERSION: _layout("BBBB", f"{_SYSTEM} major minor"),
    COMPONENT_CONFIGURATION: _layout("BBB4s31s", f"{_PART} text_raw", 26),
    SYSTEM_TIME: _layout("BB6s", f"{_SYSTEM} time_raw"),
    DEVICE_STATE: _layout("B6s", "status time_raw"),
    DEVICE_OPERATION: _layout("BB6s", "status operator time_raw", 127),
    DEVICE_VERSION: _layout("BB", "major minor"),
    DEVICE_TIME: _layout("6s", "time_raw"),
    61: _layout("BB", _SYSTEM, 102),
    62: _layout("BB4s", f"{_SYSTEM} address", 22),
    63: _layout("BB4s", f"{_SYSTEM} address", 63),
    64: _layout("BBB6s", f"{_SYSTEM} records time_raw"),
    65: _layout("BB", _SYSTEM),
    66: _layout("BB", _SYSTEM, 3),
    67: _layout("BB4s", f"{_SYSTEM} address", 26),
    68: _layout("BB", _SYSTEM),
    READ_DEVICE_STATE: _layout("B", "reserved"),
    READ_DEVICE_OPERATIONS: _layout("B6s", "records time_raw"),
    READ_DEVICE_VERSION: _layout("B", "reserved"),
    READ_DEVICE_CONFIGURATION: _layout("B", "reserved"),
    READ_DEVICE_TIME: _layout("B", "reserved"),
    INITIALISE: _layout("B", "reserved"),
    SET_CLOCK: _layout("6s", "time_raw"),
    DUTY_CHECK: _layout("B", "minutes"),
}
_TEXTS = {SYSTEM_CONFIGURATION: (2, 3), DEVICE_CONFIGURATION: (0, 1)}
"""Types whose objects end in a length and a text: bytes before the length, and the most objects."""
_OPERATIONS = frozenset({OPERATION, DEVICE_OPERATION})


class UnitFault(ValueError):
    """A unit that cannot be understood in whole: `reason` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(data: bytes, *, bcd: bool = False) -> tuple[Unit | None, list[str]]:
    """The unit of `data` and its departures from the standard; no unit for no bytes. Raises UnitFault."""
    if not data:
        return None, []
    if len(data) == 1:
        raise UnitFault("unit_short")
    type_, count, body = data[0], data[1], data[2:]
    layout = LAYOUTS.get(type_)
    if layout is None and type_ not in _TEXTS:
        return Unit(type_, count, raw=body), []
    if count == 0:
        if body:
            raise UnitFault("unit_rest")
        return Unit(type_, 0), ["no_objects"]
    noted: list[str] = []
    if layout is None:
        items, most = _read_texts(type_, count, body, noted), _TEXTS[type_][1]
    else:
        items, most = _read_fixed(type_, layout, count, body, bcd, noted), layout.most
    if count > most:
        noted.append("too_many_objects")
    return Unit(type_, count, tuple(items)), noted


def _read_fixed(type_: int, layout: Layout, count: int, body: bytes, bcd: bool, noted: list[str]) -> list[Item]:
    size = layout.code.size
    if type_ == DEVICE_STATE and len(body) == count:  # base stations of Bluetooth tags leave the time out
        noted.append("object_time_missing")
        return [Item(status=status) for status in body]
    if len(body) != size * count:
        raise UnitFault("unit_short" if len(body) < size * count else "unit_rest")
    items = [layout.make(values) for values in layout.code.iter_unpack(body)]
    if "time_raw" in layout.names or "text_raw" in layout.names:
        items = [_with_meaning(item, bcd, noted) for item in items]
    if type_ in _OPERATIONS and any((item.status or 0) & 0x80 for item in items):
        noted.append("reserved_bit_set")
    return items


def _with_meaning(item: Item, bcd: bool, noted: list[str]) -> Item:
    time = text = None
    if item.time_raw is not None:
        time = moment(item.time_raw, bcd)
        if time is None:
            noted.append("object_time_zero" if item.time_raw == ZERO else "object_time_invalid")
    if item.text_raw is not None:
        text, fault = readable(item.text_raw)
        if fault:
            noted.append(fault)
    return item._replace(time=time, text=text)


def _read_texts(type_: int, count: int, body: bytes, noted: list[str]) -> list[Item]:
    before, items, at = _TEXTS[type_][0], [], 0
    for _ in range(count):
        head = body[at : at + before + 1]
        if len(head) <= before:
            raise UnitFault("unit_short")
        end = at + before + 1 + head[before]
        raw = body[at + before + 1 : end]
        if len(raw) < head[before]:
            raise UnitFault("unit_short")
        text, fault = readable(raw)
        if fault:
            noted.append(fault)
        item = Item(text_raw=raw, text=text)
        items.append(item._replace(system_type=head[0], system_address=head[1]) if before else item)
        at = end
    if at != len(body):
        raise UnitFault("unit_rest")
    return items


@lru_cache(maxsize=8192)
def readable(raw: bytes) -> tuple[str, str]:
    """A text field as text (GB 18030) without its padding, and what is wrong with it, or "".

    A NUL ends the text (what stands behind it is left over in the sender's memory); a character cut off by the end goes.
    What is no text at all (a binary number) is `hex:` and its digits.
    """
    said = raw.partition(b"\x00")[0]
    try:
        return _shown(said.decode("gb18030")), ""
    except UnicodeDecodeError as fault:
        if fault.start and fault.reason.startswith("incomplete"):
            return _shown(said[: fault.start].decode("gb18030")), "text_cut"
        return f"hex:{raw.hex()}", "text_not_gb18030"


def _shown(text: str) -> str:
    """Without control characters."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() or one == "\u3000" else " " for one in text)
    return text.strip(" ")


@lru_cache(maxsize=65_536)
def bits(status: int) -> tuple[int, ...]:
    """The numbers of the bits that are set."""
    return tuple(bit for bit in range(16) if status >> bit & 1)


def place(address: bytes) -> tuple[int, int]:
    """Zone (or loop) and point of a component's address: two numbers of two bytes, low byte first."""
    return address[0] | address[1] << 8, address[2] | address[3] << 8
