"""A quarantined message, read again as the house reads it today."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways.gb28181 import peers
from linli.signals.gateways.gb28181.framing import Malformed, read_datagram
from linli.signals.gateways.gb28181.mapping import envelopes
from linli.signals.gateways.gb28181.reading import read
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept message at the moment it was received. Raises quarantine.Unreadable with the reason.

    A kept REGISTER says nothing any more: its digest is blanked and its nonce long over.
    """
    found = read_datagram(raw)
    if not found or isinstance(found[0], Malformed):
        raise Unreadable(found[0].reason if found and isinstance(found[0], Malformed) else "not-sip")
    message = found[0]
    peer = peers.load([message.from_.user], received_at).get(message.from_.user)
    if peer is None:
        raise Unreadable("unknown-peer")
    reading = read(
        message, now=received_at, registered=lambda said: True, owns=lambda _sender, number: peer.owns(number)
    )
    if reading.outcome != "decoded" or reading.body is None:
        raise Unreadable(reading.reason or "no-command")
    source = peer.channel_source(reading.body.device)
    return envelopes(reading, received_at=received_at, source=source, trust="registered")
