"""Keeps what the DC-09 gateway heard: CHECK → STORE → commit → REPLY, one transaction for a whole batch.

The registry of lines is read in that transaction, so a key entered a moment ago counts.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.base.sealing import seal
from linli.signals import listening, quarantine
from linli.signals.accept import write
from linli.signals.envelope import Envelope, Trust
from linli.signals.gateways.dc09 import extended, lines
from linli.signals.gateways.dc09.decode import Address, Decoded, address, decode
from linli.signals.gateways.dc09.frames import Frame, Malformed
from linli.signals.gateways.dc09.lines import Account
from linli.signals.gateways.dc09.mapping import account_source, envelopes
from linli.signals.gateways.dc09.reply import answer
from linli.signals.gateways.rim import Arrival, StoreAway

MOST_EVENTS = 128
"""In one frame. Real panels send a handful; a 4 kB frame could hold a thousand."""
REGISTERED_EVERY = 60.0
_NOBODY = Account("")


@dataclass(slots=True)
class Reading:
    """One frame of the batch: who sent it, what it says, and for whom it speaks (`source`)."""

    arrival: Arrival
    account: Account
    decoded: Decoded
    source: str
    site: Account = _NOBODY

    @property
    def trust(self) -> Trust:
        """How far it is proved who sent it."""
        if not self.account.identity and not self.site.identity:
            return "unregistered"
        return "authenticated" if self.decoded.encrypted else "registered"


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
                kept: list[Envelope] = []
                for reading in readings:
                    if reading is not None:
                        kept += _signals(reading)
                for arrival, reading in zip(arrivals, readings, strict=True):
                    _note_refused(arrival, reading)
                write(kept)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as fault:
            connection.close()
            raise StoreAway(str(fault).partition("\n")[0]) from fault
        now = clock.now()
        return [_answer(reading, now) if reading else b"" for reading in readings]

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """One that cannot be kept, into quarantine, with what went wrong."""
        message = arrival.message
        try:
            quarantine.quarantine(
                "dc09", f"dc09:@{arrival.peer}", "internal", extended.blank_keys(message.raw), repr(fault)
            )
        except (OperationalError, InterfaceError, psycopg.OperationalError) as away:
            connection.close()
            raise StoreAway(str(away)) from away

    def beat(self) -> None:
        """We listen; and once a minute: whose alarms may not wait."""
        now = clock.now()
        try:
            listening.beat("dc09")
            if self._registered_at is None or (now - self._registered_at).total_seconds() >= REGISTERED_EVERY:
                self.registered, self._registered_at = lines.registered(now), now
        except (OperationalError, InterfaceError, psycopg.OperationalError) as fault:
            connection.close()
            raise StoreAway(str(fault)) from fault


def read(arrivals: Sequence[Arrival]) -> list[Reading | None]:
    """What each arrival says, by the lines as they are now; None for what is no frame. Two queries at most."""
    senders = [address(item.message) if isinstance(item.message, Frame) else None for item in arrivals]
    wanted = {identity for sender in senders if sender for identity in lines.identities(sender)}
    now = max(item.received_at for item in arrivals)
    known = lines.accounts(wanted, now) if wanted else {}
    readings = [
        _read(item, sender, known) if isinstance(item.message, Frame) else None
        for item, sender in zip(arrivals, senders, strict=True)
    ]
    _find_sites([reading for reading in readings if reading], known, now)
    return readings


def _read(arrival: Arrival, sender: Address | None, known: dict[str, Account]) -> Reading:
    account = _NOBODY
    if sender:
        account = next((known[name] for name in lines.identities(sender) if name in known), _NOBODY)
    decoded = decode(
        arrival.message,
        key=account.key,
        now=arrival.received_at,
        profile=account.profile,
        time_policy=account.time_policy,
        strict_encryption=account.strict_encryption,
    )
    return Reading(arrival, account, decoded, _source(account, decoded))


def _source(account: Account, decoded: Decoded) -> str:
    return f"dc09:{account.identity}" if account.identity else account_source(decoded.identity)


def _find_sites(readings: list[Reading], known: dict[str, Account], now: datetime) -> None:
    """A frame that names another account in its data speaks for that site, when the site is registered."""
    named = {}
    for reading in readings:
        site = (reading.decoded.data_account or "").upper()
        if site and not reading.decoded.heartbeat and site != (reading.decoded.account or "").upper():
            named[id(reading)] = site
    sites = lines.accounts(set(named.values()) - known.keys(), now) if named else {}
    for reading in readings:
        site = named.get(id(reading), "")
        found = sites.get(site) or known.get(site)
        if found:
            reading.site, reading.source = found, f"dc09:{found.identity}"


def _signals(reading: Reading) -> list[Envelope]:
    """The envelopes of an accepted frame; what was decrypted goes along, sealed with the key of the log."""
    if len(reading.decoded.events) > MOST_EVENTS:
        reading.decoded = replace(
            reading.decoded, verdict="quarantine", reply="DUH", reasons=("too_many_events",), events=()
        )
    found = envelopes(
        reading.decoded, received_at=reading.arrival.received_at, source=reading.source, trust=reading.trust
    )
    if found and reading.decoded.plain and not reading.decoded.heartbeat:
        sealed = base64.b64encode(seal(reading.decoded.plain, reading.source)).decode()
        found[0] = replace(found[0], values=found[0].values | {"plain_sealed": sealed})
    return found


def _note_refused(arrival: Arrival, reading: Reading | None) -> None:
    """Into quarantine what is no frame or was refused; by its account only when the CRC vouches for the bytes."""
    by_address = f"dc09:@{arrival.peer}"
    if reading is None:
        broken: Malformed = arrival.message
        quarantine.note("dc09", by_address, broken.reason, extended.blank_keys(broken.raw), arrival.transport)
    elif reading.decoded.verdict == "quarantine":
        decoded = reading.decoded
        source = reading.source if decoded.crc_ok and decoded.identity else by_address
        detail = f"{arrival.transport} {arrival.peer}; account {decoded.account or '-'}; answered {decoded.reply}"
        quarantine.note("dc09", source, decoded.reasons[0], decoded.raw, detail)


def _answer(reading: Reading, now: datetime) -> bytes:
    decoded = reading.decoded
    return answer(decoded.reply, decoded.echo, now=now, key=reading.account.key if decoded.encrypted else None)
