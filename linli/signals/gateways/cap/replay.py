"""A quarantined document, read again as the house reads it today (after a source was registered, a certificate pinned)."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways.cap import document, intake
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept document at the moment it was received. Raises quarantine.Unreadable with the reason.

    `source` names the line by which it came (`cap:@feed:SENDER`), which vouches for it now as it would have then.
    """
    try:
        return intake.judge(raw, received_at, source.partition(":@")[2]).envelopes
    except document.Unreadable as fault:
        raise Unreadable(fault.reason, str(fault)) from fault
