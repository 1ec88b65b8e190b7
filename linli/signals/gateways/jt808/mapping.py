"""Position reports → envelopes: a position, and one signal for each alarm bit that was set or has cleared since.

Pure: what is remembered of the terminal comes in and goes out with `Memory`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.base import geo
from linli.signals.envelope import Envelope, Phase, Trust
from linli.signals.gateways.jt808 import alarms
from linli.signals.gateways.jt808.decode import LATE_BATCH, Batch, Message
from linli.signals.gateways.jt808.position import Position, bits

FUTURE, PAST, LATE = timedelta(minutes=5), timedelta(days=7), timedelta(minutes=10)
SKEW_SECONDS = 60
FASTEST_MS = 200 / 3.6
JITTER_M = 100.0
"""Two fixes so near are no jump, whatever their times say."""
MEASURED_EVERY = timedelta(minutes=10)
_MEASURES = ("mileage_km", "fuel_l", "recorder_speed_kmh", "cabin_temperature_c", "tyre_pressures", "analog")
_LOADS = ("empty", "half", "reserved", "full")
_SHOWN_ITEMS = ("signal_strength", "satellites", "alarm_event_id", "overspeed_place", "crossing", "section_time",
                "io_status_bits", "extended_signal_bits")  # fmt: skip
_SLOTS = 40
"""Signals that one position can make at most, for their numbers within the frame."""
Fix = tuple[tuple[float, float], datetime]


@dataclass(slots=True)
class Memory:
    """What is remembered of a terminal. `bits`: alarm bits at `reported_at`, its newest position's own time;
    `late_bits`: those of the last late report; `fix` and `doubted`: the last good place, and the one that lay too far
    from it."""

    bits: int = 0
    reported_at: datetime | None = None
    late_bits: int | None = None
    fix: Fix | None = None
    doubted: Fix | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a message came from, and how far that is proved. `resting`: a body-worn unit off duty: no place is kept."""

    source: str
    trust: Trust
    received_at: datetime
    hazmat: bool = False
    resting: bool = False


def sequence(message: Message) -> str:
    """What the sequences of a message's signals have in common: serial, and eight digits of its body's SHA-256."""
    frame = message.frame
    return f"{frame.serial}:%d:{hashlib.sha256(frame.body).hexdigest()[:8]}"


def sign(message: Message, origin: Origin, kind: str = "status.heartbeat", phase: Phase = "info",
         values: dict[str, Any] | None = None, raw: bytes | None = None) -> Envelope:  # fmt: skip
    """The envelope of a message without a position."""
    return Envelope(
        protocol="jt808", source=origin.source, sequence=sequence(message) % 0, kind=kind, phase=phase,
        occurred_at=origin.received_at, received_at=origin.received_at, values=values or {}, trust=origin.trust,
        deviations=tuple(message.deviations), raw=raw, body=message.frame.body,
    )  # fmt: skip


def positions(message: Message, origin: Origin, memory: Memory) -> list[Envelope]:
    """The envelopes of every report in a message, in its order; `memory` moves on."""
    found: list[Envelope] = []
    numbers = sequence(message)
    stored_late = isinstance(message.body, Batch) and message.body.kind == LATE_BATCH
    alone = len(message.positions) == 1
    for place, position in enumerate(message.positions):
        reading = _Reading(message, position, origin, memory, stored_late)
        first = place * _SLOTS
        for item, (kind, phase, values) in enumerate(reading.says(), first):
            # A batch is kept whole with its first signal and with each alarm, not with every point of the track.
            raw = message.frame.raw if alone or item == 0 or phase == "raised" else None
            found.append(reading.envelope(kind, phase, values, numbers % item, item, None if origin.resting else raw))
    return found


class _Reading:
    """One report, judged: when it was, whether it is late, whether its place may be believed."""

    def __init__(self, message: Message, position: Position, origin: Origin, memory: Memory, stored_late: bool) -> None:
        self.message, self.position, self.origin, self.memory = message, position, origin, memory
        self.deviations = [name for name in message.deviations if name.startswith("phone")] + position.deviations
        self.occurred_at, self.skew = self._when()
        own_time = self.occurred_at is not origin.received_at
        newest = memory.reported_at is None or self.occurred_at >= memory.reported_at
        self.late = stored_late or (own_time and (not newest or origin.received_at - self.occurred_at > LATE))
        self.news = newest
        self.place = self._place() if position.usable and not self.late else None

    def _when(self) -> tuple[datetime, float | None]:
        """By the terminal's clock, ours where that is impossible; and by how many seconds it differs, if it matters."""
        received, time = self.origin.received_at, self.position.time
        if time is None:
            return received, None
        ahead = time - received
        skew = ahead.total_seconds() if abs(ahead.total_seconds()) > SKEW_SECONDS else None
        if ahead > FUTURE or -ahead > PAST:
            self.deviations.append("time_in_future" if ahead > FUTURE else "time_too_old")
            return received, skew
        return time, skew

    def _place(self) -> tuple[float, float] | None:
        """(lng, lat), unless no vehicle could have come there since the last fix. Two such fixes that agree stand."""
        here = (self.position.lon, self.position.lat)
        if not geo.in_china(*here):
            self.deviations.append("place_outside")
            return None
        memory, fix = self.memory, (here, self.occurred_at)
        if memory.fix and not _reachable(memory.fix, fix) and not (memory.doubted and _reachable(memory.doubted, fix)):
            memory.doubted = fix
            self.deviations.append("position_jump")
            return None
        memory.fix, memory.doubted = fix, None
        return here

    def says(self) -> list[tuple[str, Phase, dict[str, Any]]]:
        """Kinds, phases and values of its signals: the position first (a sign of life, where none may be kept)."""
        said: list[tuple[str, Phase, dict[str, Any]]] = [("position", "info", self._values())]
        if self.origin.resting:
            said = [("status.heartbeat", "info", {})]
        now_set = self.position.alarm & alarms.HEARD
        if "coordinates_encrypted" in self.position.deviations:
            now_set |= 1 << alarms.COORDINATES_ENCRYPTED
        before, ended = self._before(now_set)
        if before != now_set:
            said += [self._alarm(bit, "raised") for bit in bits(now_set & ~before)]
            if ended:
                said += [self._alarm(bit, "restored") for bit in bits(before & ~now_set)]
        measured = self._measures()
        return [*said, ("measure.vehicle", "info", measured)] if measured else said

    def _before(self, now_set: int) -> tuple[int, bool]:
        """The bits to compare with, and whether a cleared one has ended: what is older than we know ends nothing."""
        memory = self.memory
        if self.news:
            before, memory.bits, memory.late_bits = memory.bits, now_set, None
            memory.reported_at = self.occurred_at
            return before, True
        before = memory.bits if memory.late_bits is None else memory.late_bits
        memory.late_bits = now_set
        return before, False

    def _alarm(self, bit: int, phase: Phase) -> tuple[str, Phase, dict[str, Any]]:
        found = alarms.alarm(bit, self.message.frame.version is not None, self.origin.hazmat)
        values = {"code": str(bit), "format": "JT808", "zone": found.part}
        if phase == "raised":
            values |= {"name_zh": found.name_zh, "name_en": found.name_en}
        return found.kind, phase, values

    def _values(self) -> dict[str, Any]:
        position = self.position
        status, items = position.status, position.items
        values: dict[str, Any] = {
            "speed_kmh": position.speed,
            "course": position.course,
            "altitude_m": position.altitude,
            "acc": bool(status & 1),
            "fixed": position.fixed,
            "load": _LOADS[status >> 8 & 3],
            "status": status,
        }
        if doors := status >> 13 & 31:
            values["doors_open"] = [number + 1 for number in bits(doors)]
        if position.alarm:
            values["alarm_bits"] = position.alarm_bits
        for name in _SHOWN_ITEMS:
            if name in items:
                values[name] = items[name]
        if "other" in items:
            values["items"] = items["other"]
        if position.time is None or self.occurred_at is not position.time:
            values["device_time"] = position.time_text
        if self.place is None:
            values |= {"lat": position.lat, "lon": position.lon}
        return values

    def _measures(self) -> dict[str, Any]:
        """The vehicle's readings, once in ten minutes: they are no news with each position."""
        items, memory, now = self.position.items, self.memory, self.origin.received_at
        found = {name: items[name] for name in _MEASURES if name in items}
        if not found or self.late or (memory.measured_at and now - memory.measured_at < MEASURED_EVERY):
            return {}
        memory.measured_at = now
        return found

    def envelope(
        self, kind: str, phase: Phase, values: dict[str, Any], numbered: str, item: int, raw: bytes | None
    ) -> Envelope:
        """One signal of this report."""
        origin = self.origin
        return Envelope(
            protocol="jt808",
            source=origin.source,
            sequence=numbered,
            kind=kind,
            phase=phase,
            occurred_at=self.occurred_at,
            received_at=origin.received_at,
            values=values,
            late=self.late,
            deviations=tuple(self.deviations),
            trust=origin.trust,
            place=None if origin.resting else self.place,
            raw=raw,
            body=self.message.frame.body,
            item=item,
            clock_skew_seconds=self.skew,
        )


def _reachable(fix: Fix, then: Fix) -> bool:
    """Whether a vehicle can have come from the one to the other."""
    seconds = abs((then[1] - fix[1]).total_seconds())
    return geo.distance_m(fix[0], then[0]) <= max(JITTER_M, FASTEST_MS * max(1.0, seconds))
