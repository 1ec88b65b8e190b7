"""A quarantined frame, read again as the house reads it today (after a key was entered, a profile changed, a fix)."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways.dc09.frames import Frame, read_datagram
from linli.signals.gateways.dc09.mapping import envelopes
from linli.signals.gateways.dc09.store import read
from linli.signals.gateways.rim import Arrival
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept frame at the moment it was received. Raises quarantine.Unreadable with the reason."""
    found = read_datagram(raw)
    frame = next((item for item in found if isinstance(item, Frame)), None)
    if frame is None:
        raise Unreadable(getattr(found[0], "reason", "incomplete") if found else "incomplete")
    (reading,) = read([Arrival(frame, received_at, source, "kept")])
    if reading is None or reading.decoded.verdict in ("quarantine", "ignore"):
        raise Unreadable(reading.decoded.reasons[0] if reading and reading.decoded.reasons else "ignored")
    return envelopes(reading.decoded, received_at=received_at, source=reading.source, trust=reading.trust)
