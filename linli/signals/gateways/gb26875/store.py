"""Keeps what the GB/T 26875 gateway heard: check → store → commit → confirm, one transaction for a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.signals import listening, quarantine
from linli.signals.accept import write
from linli.signals.envelope import Duplicate, Envelope, Trust, Verdict
from linli.signals.gateways.gb26875 import lines
from linli.signals.gateways.gb26875.decode import CONTROL_COMMAND, REQUEST, Decoded, decode, header, too_long
from linli.signals.gateways.gb26875.frames import Frame, Malformed
from linli.signals.gateways.gb26875.lines import Known
from linli.signals.gateways.gb26875.mapping import envelopes, states
from linli.signals.gateways.gb26875.reply import answer
from linli.signals.gateways.rim import Arrival, StoreAway

REGISTERED_EVERY = 60.0
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)


@dataclass(slots=True)
class Reading:
    """One frame of the batch: what it says, and the device it is of (None: nobody has registered it)."""

    arrival: Arrival
    decoded: Decoded
    identity: str
    device: Known | None

    @property
    def source(self) -> str:
        """The sender as the log names it."""
        return f"gb26875:{self.identity}"

    @property
    def trust(self) -> Trust:
        """An address can be written by anybody: at best the device is known."""
        return "registered" if self.device else "unregistered"

    @property
    def understood(self) -> bool:
        """Whether it says something to a centre."""
        return self.decoded.verdict.startswith("accept") and not self.misdirected

    @property
    def misdirected(self) -> bool:
        """A command or a question, such as only a centre sends."""
        return self.decoded.header.command in (CONTROL_COMMAND, REQUEST) and self.decoded.reply == "none"


class DatabaseStore:
    """The store of the running gateway (`rim.Store`)."""

    def __init__(self) -> None:
        self.registered: frozenset[str] = frozenset()
        self._registered_at: datetime | None = None

    def keep(self, arrivals: Sequence[Arrival]) -> list[bytes]:
        """Everything the batch says, durable; the answers in its order."""
        try:
            with transaction.atomic(durable=True), visibility.system():
                readings = read(arrivals)
                for arrival, reading in zip(arrivals, readings, strict=True):
                    _note_refused(arrival, reading)
                _keep_said([reading for reading in readings if reading and reading.understood])
        except _AWAY as fault:
            connection.close()
            raise StoreAway(str(fault).partition("\n")[0]) from fault
        now = clock.now()
        return [_answer(reading, now) if reading else b"" for reading in readings]

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """One that cannot be kept, into quarantine, with what went wrong."""
        try:
            quarantine.quarantine("gb26875", f"gb26875:@{arrival.peer}", "internal", arrival.message.raw, repr(fault))
        except _AWAY as away:
            connection.close()
            raise StoreAway(str(away)) from away

    def beat(self) -> None:
        """We listen; and once a minute: whose alarms may not wait."""
        now = clock.now()
        try:
            listening.beat("gb26875")
            if self._registered_at is None or (now - self._registered_at).total_seconds() >= REGISTERED_EVERY:
                self.registered, self._registered_at = lines.registered(now), now
        except _AWAY as fault:
            connection.close()
            raise StoreAway(str(fault)) from fault


def read(arrivals: Sequence[Arrival]) -> list[Reading | None]:
    """What each arrival says, by the lines as they are now; None for what is no frame. One query."""
    names = [_identity(arrival) for arrival in arrivals]
    now = max(arrival.received_at for arrival in arrivals)
    wanted = {name for name in names if name is not None}
    known = lines.known(wanted, now) if wanted else {}
    return [
        None if name is None else _read(arrival, name, known.get(name))
        for arrival, name in zip(arrivals, names, strict=True)
    ]


def _identity(arrival: Arrival) -> str | None:
    message = arrival.message
    if isinstance(message, Frame) or message.reason == "too_long":
        return lines.identity(header(message.raw).source, arrival.peer)
    return None


def _read(arrival: Arrival, identity: str, device: Known | None) -> Reading:
    message = arrival.message
    if isinstance(message, Frame):
        return Reading(arrival, decode(message, device.profile if device else None), identity, device)
    return Reading(arrival, too_long(message), identity, device)


def _keep_said(readings: list[Reading]) -> None:
    """Write the signals of the batch, and what each part now is; a repeated frame changes nothing."""
    said = lines.last_said({reading.source for reading in readings if states(reading.decoded)})
    batch: list[Envelope] = []
    of: list[Reading] = []
    seen: set[tuple[str, bytes]] = set()
    for reading in readings:
        known = said.get(reading.source, {})
        found = envelopes(
            reading.decoded,
            received_at=reading.arrival.received_at,
            source=reading.source,
            trust=reading.trust,
            known=known,
        )
        batch += found
        of += [reading] * len(found)
        if (reading.source, reading.decoded.raw) not in seen:
            known.update((part, item.status or 0) for part, item in states(reading.decoded).items())
        seen.add((reading.source, reading.decoded.raw))
    verdicts = write(batch) if batch else []
    _keep_parts(readings, of, verdicts)


def _keep_parts(readings: list[Reading], of: list[Reading], verdicts: list[Verdict]) -> None:
    repeated = {id(reading) for reading, verdict in zip(of, verdicts, strict=True) if isinstance(verdict, Duplicate)}
    rows: dict[tuple[str, str], tuple[int, str, datetime]] = {}
    for reading in readings:
        if id(reading) not in repeated:
            for part, item in states(reading.decoded).items():
                said = (item.status or 0, (item.text or "")[:80], reading.arrival.received_at)
                rows[reading.source, part] = said
    lines.keep_said(rows)


def _note_refused(arrival: Arrival, reading: Reading | None) -> None:
    """Into quarantine what is no frame, was refused, or is of a type that nobody has described here."""
    if reading is None:
        broken: Malformed = arrival.message
        quarantine.note("gb26875", f"gb26875:@{arrival.peer}", broken.reason, broken.raw, arrival.transport)
        return
    decoded = reading.decoded
    reason = decoded.reasons[0] if decoded.reasons else ""
    if not reason and reading.misdirected:
        reason = "not_for_a_centre"
    elif not reason and decoded.unit is not None and decoded.unit.raw is not None and decoded.header.command:
        reason = "type_not_described"
    if reason:
        source = reading.source if decoded.checksum_ok else f"gb26875:@{arrival.peer}"
        detail = f"{arrival.transport} {arrival.peer}; {reading.identity}; answered {_reply(reading)}"
        quarantine.note("gb26875", source, reason, decoded.raw, detail)


def _reply(reading: Reading) -> str:
    """A deny goes only to whom we know, unless the checksum vouches for the header it would be sent by."""
    reply = reading.decoded.reply
    return "none" if reply == "deny" and not reading.decoded.checksum_ok and not reading.device else reply


def _answer(reading: Reading, now: datetime) -> bytes:
    if _reply(reading) == "none":
        return b""
    return answer(reading.decoded.reply, reading.decoded.header, reading.decoded.profile, now)
