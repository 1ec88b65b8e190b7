"""A quarantined frame, read again as the house reads it today (after a profile was given, or a fix)."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways.gb26875.frames import Frame, read_datagram
from linli.signals.gateways.gb26875.lines import last_said
from linli.signals.gateways.gb26875.mapping import envelopes
from linli.signals.gateways.gb26875.store import read
from linli.signals.gateways.rim import Arrival
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept frame at the moment it was received. Raises quarantine.Unreadable with the reason.

    What parts are now known to be stays: a frame of yesterday does not tell how things are today.
    """
    found = read_datagram(raw)
    frame = next((item for item in found if isinstance(item, Frame)), None)
    if frame is None:
        raise Unreadable(getattr(found[0], "reason", "incomplete") if found else "incomplete")
    peer = source.partition("@")[2]
    (reading,) = read([Arrival(frame, received_at, peer, "kept")])
    if reading is None or not reading.understood:
        raise Unreadable(reading.decoded.reasons[0] if reading and reading.decoded.reasons else "not_for_a_centre")
    if reading.decoded.unit is not None and reading.decoded.unit.raw is not None and reading.decoded.header.command:
        raise Unreadable("type_not_described")
    return envelopes(
        reading.decoded,
        received_at=received_at,
        source=reading.source,
        trust=reading.trust,
        known=last_said([reading.source])[reading.source],
    )
