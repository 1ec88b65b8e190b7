"""The gateway's side: with a bus, what a gateway would write into the log goes onto the bus instead.

A gateway answers its devices once the cluster has acknowledged; while it does not, nothing is answered (`StoreAway`).
The doors `accept.write` and `quarantine.note` ask here first; without a bus they write themselves.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from linli.base import clock
from linli.base.ids import uuid7
from linli.signals.bus.client import Bus, BusAway
from linli.signals.bus.wire import Message, Note, message
from linli.signals.envelope import Envelope, Passed, Quarantined, Verdict
from linli.signals.gateways.rim import StoreAway


@dataclass
class _Attached:
    bus: Bus | None = None


_now = _Attached()


def from_environment() -> Bus | None:
    """The bus of NATS_URL and NATS_MONITOR (lists with commas), not opened yet; None without NATS_URL."""
    urls = _listed("NATS_URL")
    return Bus(urls, _listed("NATS_MONITOR")) if urls else None


def attach(bus: Bus | None) -> None:
    """From now on this process passes on over `bus` (None: it writes itself)."""
    _now.bus = bus


def passes_on() -> bool:
    """Whether this process passes on what it hears instead of writing it."""
    return _now.bus is not None


def pass_on(envelopes: Sequence[Envelope]) -> list[Verdict]:
    """Everything on the bus, for good. StoreAway: nothing may be answered."""
    _send([message(envelope) for envelope in envelopes])
    return [Passed() for _ in envelopes]


def pass_on_note(protocol: str, source: str, reason: str, raw: bytes | None, detail: str) -> Quarantined:
    """The same for bytes that nobody could read. The id is the message's; the row is made when the log takes it in."""
    _send([message(Note(protocol, source, reason, raw, detail, clock.now()))])
    return Quarantined(uuid7(), reason)


def _send(messages: list[Message]) -> None:
    assert _now.bus is not None
    try:
        _now.bus.publish(messages)
    except BusAway as fault:
        raise StoreAway(f"the bus: {fault}") from fault


def _listed(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
