"""What goes over the bus: an envelope, or word of bytes that nobody could read; as JSON, and as bytes again."""

from __future__ import annotations

import base64
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from linli.signals.envelope import Envelope
from linli.signals.kinds import HEARTBEAT, POSITION

SUBJECT = "linli.signals"
_FOLDING = frozenset({HEARTBEAT, POSITION})
_BYTES = ("raw", "body")
_TIMES = ("occurred_at", "received_at")


class Unreadable(ValueError):
    """Bytes on the bus that this version does not understand."""


@dataclass(frozen=True, slots=True)
class Note:
    """Bytes for quarantine: what `quarantine.note` is told."""

    protocol: str
    source: str
    reason: str
    raw: bytes | None
    detail: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `key` is what the bus recognises a repetition by."""

    subject: str
    key: str
    data: bytes


def message(said: Envelope | Note) -> Message:
    """Pack it. Heartbeats and positions repeat by nature: their time of receipt tells them apart."""
    facts = {field.name: getattr(said, field.name) for field in fields(said)}
    for name in _BYTES:
        if facts.get(name) is not None:
            facts[name] = base64.b64encode(facts[name]).decode()
    data = orjson.dumps({"what": "signal" if isinstance(said, Envelope) else "note", **facts})
    return Message(f"{SUBJECT}.{said.protocol}", _key(said, data), data)


def _key(said: Envelope | Note, data: bytes) -> str:
    if isinstance(said, Note):
        from hashlib import blake2b

        return blake2b(data, digest_size=16).hexdigest()
    own = said.fingerprint().hex()
    return f"{own}-{said.received_at.timestamp():.6f}" if said.kind in _FOLDING else own


def read(data: bytes) -> Envelope | Note:
    """The other way. Unreadable."""
    try:
        facts: dict[str, Any] = orjson.loads(data)
        what = facts.pop("what")
        for name in _BYTES:
            if facts.get(name) is not None:
                facts[name] = base64.b64decode(facts[name])
        for name in _TIMES:
            if name in facts:
                facts[name] = datetime.fromisoformat(facts[name])
        if what == "note":
            return Note(**facts)
        facts["deviations"] = tuple(facts["deviations"])
        facts["place"] = tuple(facts["place"]) if facts["place"] else None
        facts["asset_id"] = UUID(facts["asset_id"]) if facts["asset_id"] else None
        return Envelope(**facts)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Unreadable(repr(fault)) from fault
