"""Decoded frame → envelopes of the signal log: one for each bit that rose, stayed (alarms) or went.

What a component said before decides between raised, continuing and restored. Parts of one device are named by their
address, `<zone>-<point>`, with `@<system type>.<system address>` behind it unless that is the fire alarm system 1.1;
`@…` alone is that system itself, `@` the transmission device.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linli.signals.envelope import Envelope, Phase, Trust
from linli.signals.gateways.gb26875 import meanings, units
from linli.signals.gateways.gb26875.analog import QUANTITIES, scaled
from linli.signals.gateways.gb26875.decode import ANSWER, CONFIRM, DENY, REGISTER, SEND, Decoded
from linli.signals.gateways.gb26875.units import Item, Unit

DEVICE = "@"
_LATE = timedelta(minutes=10)
_SKEW_SECONDS = 60
_PER_OBJECT = 32
_EVERYTHING = frozenset({SEND, CONFIRM, ANSWER, DENY, REGISTER})
_TEXT_TYPES = frozenset({units.SYSTEM_CONFIGURATION, units.COMPONENT_CONFIGURATION, units.DEVICE_CONFIGURATION})
_VERSIONS = frozenset({units.SYSTEM_VERSION, units.DEVICE_VERSION})
_OPERATIONS = frozenset({units.OPERATION, units.DEVICE_OPERATION})


class Said(NamedTuple):
    """One thing a frame says: `place` numbers it within the frame, equal for an equal frame."""

    place: int
    kind: str
    phase: Phase
    values: dict[str, Any]
    time: datetime | None = None
    record: bool = False


def envelopes(
    decoded: Decoded, *, received_at: datetime, source: str, trust: Trust, known: Mapping[str, int]
) -> list[Envelope]:
    """The envelopes of an accepted frame of a device; a frame that says nothing new is a heartbeat.

    `known`: part → the status it last had. Empty for a frame in quarantine.
    """
    if not decoded.verdict.startswith("accept"):
        return []
    body = decoded.header.time_raw + decoded.raw[27:-3]
    digest = hashlib.blake2b(body, digest_size=4).hexdigest()
    tag = decoded.time_tag
    skew = (tag - received_at).total_seconds() if tag else 0.0
    said = list(_said(decoded, known)) or [Said(0, "status.heartbeat", "info", {})]
    return [
        Envelope(
            protocol="gb26875",
            source=source,
            sequence=f"{decoded.header.sequence}:{one.place // _PER_OBJECT}:{digest}",
            kind=one.kind,
            phase=one.phase,
            occurred_at=one.time or tag or received_at,
            received_at=received_at,
            values=one.values,
            late=one.record and one.time is not None and (tag or received_at) - one.time > _LATE,
            deviations=decoded.deviations,
            trust=trust,
            raw=decoded.raw,
            body=body,
            item=one.place,
            clock_skew_seconds=skew if abs(skew) > _SKEW_SECONDS else None,
        )
        for one in said
    ]


def states(decoded: Decoded) -> dict[str, Item]:
    """Part → what the frame says of its state; the last word counts."""
    unit = decoded.unit
    if unit is None or unit.type not in meanings.STATES or not decoded.verdict.startswith("accept"):
        return {}
    return {part(unit.type, item): item for item in unit.items}


def part(type_: int, item: Item) -> str:
    """The name of the part of the device that an object is about (see above)."""
    if item.system_type is None:
        return DEVICE
    system = f"@{item.system_type}.{item.system_address}"
    if item.address is None:
        return system
    zone, point = units.place(item.address)
    return f"{zone}-{point}" if system == "@1.1" else f"{zone}-{point}{system}"


def _said(decoded: Decoded, known: Mapping[str, int]) -> Iterator[Said]:
    unit = decoded.unit
    if decoded.header.command == REGISTER:
        yield Said(0, "registration", "info", {"text": _printable(decoded.raw[27:-3])})
    elif unit is not None and decoded.header.command in _EVERYTHING:
        yield from _of_unit(decoded, unit, known)


def _of_unit(decoded: Decoded, unit: Unit, known: Mapping[str, int]) -> Iterator[Said]:
    now = dict(known)
    for index, item in enumerate(unit.items):
        place = index * _PER_OBJECT
        if unit.type in meanings.STATES:
            yield from _state(decoded, unit.type, item, place, now)
        elif unit.type in _OPERATIONS:
            yield from _operation(unit.type, item, place, live=decoded.header.command == SEND)
        elif unit.type == units.ANALOG:
            yield _measure(item, place)
        elif unit.type in _VERSIONS or unit.type in _TEXT_TYPES:
            yield Said(place, "configuration", "info", _configuration(unit.type, item))


def _state(decoded: Decoded, type_: int, item: Item, place: int, now: dict[str, int]) -> Iterator[Said]:
    name, status = part(type_, item), item.status or 0
    before = now.get(name)
    now[name] = status
    values = _about(type_, item)
    for bit, kind in meanings.kinds_of_bits(type_, item.component_type, decoded.profile).items():
        phase = _phase(kind, status >> bit & 1, (before or 0) >> bit & 1)
        if phase:
            yield Said(place + bit, kind, phase, values, item.time)
    if type_ == units.SYSTEM_STATE:
        for bit, (kind, word) in meanings.EVENTS.items():
            if _phase(kind, status >> bit & 1, (before or 0) >> bit & 1) == "raised":
                yield Said(place + bit, kind, "info", values | {"operations": [word]}, item.time)
    if before is None and (item.component_type or 0) >= 128 and not decoded.profile.bcd:
        code = {"code": f"component-{item.component_type}", "format": "GB26875"}
        yield Said(place + 16, "unknown", "info", values | code, item.time)


def _phase(kind: str, is_set: int, was_set: int) -> Phase | None:
    if is_set:
        return "raised" if not was_set else "continuing" if kind.startswith("alarm.") else None
    return "restored" if was_set else None


def _operation(type_: int, item: Item, place: int, live: bool) -> Iterator[Said]:
    """What a person did. A manual alarm at the device is an alarm, too, unless it is read from its memory."""
    status = item.status or 0
    done = meanings.operations(type_, status)
    values = _about(type_, item)
    yield Said(place, "operation", "info", values | {"user": str(item.operator), "operations": done}, item.time, True)
    if live and status >> meanings.MANUAL_ALARM & 1:
        yield Said(place + 1, "alarm.fire", "raised", values | {"trigger": "manual"}, item.time)
    elif live and status >> meanings.ALARM_CLEARED & 1:
        yield Said(place + 1, "alarm.fire", "restored", values, item.time)


def _measure(item: Item, place: int) -> Said:
    analog, raw = item.analog_type or 0, item.value or 0
    quantity = QUANTITIES.get(analog)
    value, unit = scaled(analog, raw)
    values = _about(units.ANALOG, item) | {"analog_type": analog, "raw_value": raw}
    if quantity is None or value is None:
        return Said(place, "measure.other", "info", values, item.time, True)
    values |= {"value": value, "unit": unit}
    if quantity.name:
        values[quantity.name] = round(value * quantity.factor, 3)
    return Said(place, quantity.kind, "info", values, item.time, True)


def _about(type_: int, item: Item) -> dict[str, Any]:
    """What it is that speaks: the part, its kind in words, the bits as sent."""
    values: dict[str, Any] = {"zone": part(type_, item), "format": "GB26875"}
    if item.system_type is not None:
        values |= {"system_type": item.system_type, "system_address": item.system_address}
    if item.address is not None:
        values["address"] = item.address.hex()
    if item.component_type is not None:
        values["component_type"] = item.component_type
        names = meanings.component_names(item.component_type)
        if names:
            values["name_zh"], values["name_en"] = names
        if item.component_type in meanings.MANUAL:
            values["trigger"] = "manual"
    else:
        values["summary"] = True
    if item.text:
        values["text"] = item.text
    if item.status is not None:
        values["status"] = item.status
    return values


def _configuration(type_: int, item: Item) -> dict[str, Any]:
    values = _about(type_, item)
    return values if item.major is None else values | {"version": f"{item.major}.{item.minor}"}


def _printable(raw: bytes) -> str:
    """The device number inside a registration: its printable characters."""
    return bytes(byte for byte in raw if 32 < byte < 127).decode("ascii")[:80]
