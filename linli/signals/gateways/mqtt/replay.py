"""A kept message read again: with the source's rights and the mapping of today, at the time it came."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways import kept_replay
from linli.signals.gateways.http.events import read, read_binary
from linli.signals.gateways.http.intake import said_of
from linli.signals.gateways.mqtt import topics
from linli.signals.gateways.said import Said
from linli.signals.models import EventSource


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept message of `source` (`mqtt:<uri>`). Raises Unreadable with the reason of today."""
    return kept_replay.reread(raw, source, received_at, "mqtt", _native)
