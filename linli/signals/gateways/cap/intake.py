"""Takes in one document: whose it is, what it proves, whether it is news. Durable when it returns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cryptography import x509
from django.db import connection, transaction

from linli.base import clock, visibility
from linli.signals import quarantine
from linli.signals.accept import write
from linli.signals.envelope import Accepted, Duplicate, Envelope, Quarantined, Trust
from linli.signals.gateways.cap import mapping, sources, trusting
from linli.signals.gateways.cap.document import Unreadable
from linli.signals.gateways.cap.mapping import KIND, PROTOCOL
from linli.signals.gateways.http import sources as event_sources
from linli.signals.models import CapSource, Seen

_LOCK = 0x4C4E4C13
Outcome = Literal["accepted", "duplicate", "quarantined"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a document: the signals' id (the first one's) or the quarantine's, and why."""

    outcome: Outcome
    id: UUID
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A document that may be taken."""

    source: CapSource
    envelopes: list[Envelope]


def judge(raw: bytes, received_at: datetime, via: str) -> Judged:
    """What the document says, if it may be believed. Raises Unreadable with the reason why not."""
    found: dict[str, CapSource | None] = {}

    def pins(sender: str) -> Sequence[x509.Certificate]:
        found[sender] = sources.of(sender)
        return sources.pinned(found[sender])

    read = trusting.read(raw, pins, received_at)
    alert = read.alert
    if not alert.identifier or not alert.sender or alert.sent is None:
        raise Unreadable("key-missing", "identifier, sender and sent are what a warning is known by")
    source = found[alert.sender] if alert.sender in found else sources.of(alert.sender)
    if source is None:
        raise Unreadable("not-a-source", f"no source is registered for «{alert.sender[:160]}»")
    if read.verdict.state == "invalid":
        raise Unreadable("signature-invalid", read.verdict.reason)
    if read.verdict.state != "valid" and not (source.accepts_unsigned and speaks_for(via, source)):
        refused = read.verdict.state == "refused"
        raise Unreadable("signature-refused" if refused else "signature-missing", read.verdict.reason)
    trust: Trust = "authenticated" if read.verdict.state == "valid" else "registered"
    made = mapping.envelopes(read, raw, received_at, source.asset_id, trust)
    known = Seen.objects.filter(fingerprint=UUID(bytes=made[0].fingerprint())).values_list("content", flat=True).first()
    if known is not None and bytes(known) != digest(raw):
        raise Unreadable("identifier-reused", f"{alert.identifier[:100]} was sent before with other content")
    return Judged(source, made)


def speaks_for(via: str, source: CapSource) -> bool:
    """Whether the line by which a document came vouches for a source, so that it may come unsigned.

    `feed:SENDER`: the feed of the source itself; `http:URI`: an event source that may report warnings of its asset.
    """
    line, _colon, name = via.partition(":")
    if line == "feed":
        return name == source.sender
    if line == "http":
        known = next(iter(event_sources.active(name)), None)
        return (
            known is not None and event_sources.may_say(known, KIND) and event_sources.speaks_for(known, source.asset)
        )
    return False


def take(raw: bytes, via: str) -> Taken:
    """Judge and keep the document that came by `via`. Raises django.db.Error: then nothing is kept."""
    now = clock.now()
    with transaction.atomic(durable=True), visibility.system():
        return write_document(raw, via, now)


def write_document(raw: bytes, via: str, now: datetime) -> Taken:
    """`take` inside the caller's transaction, who sees as the system."""
    with connection.cursor() as cursor:  # one document at a time: the same one may come by feed and by HTTP
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    try:
        judged = judge(raw, now, via)
    except Unreadable as fault:
        # Of one who proved nothing no bytes are kept, else anybody could fill the house.
        proven = not via.startswith("address:") or fault.reason == "identifier-reused"
        kept = quarantine.note(PROTOCOL, f"{PROTOCOL}:@{via}", fault.reason, raw if proven else None, str(fault))
        return Taken("quarantined", kept.id, fault.reason)
    first = write(judged.envelopes)[0]
    if isinstance(first, Duplicate):
        return Taken("duplicate", first.id)
    if isinstance(first, Quarantined):
        return Taken("quarantined", first.id, first.reason)
    assert isinstance(first, Accepted)
    Seen.objects.filter(fingerprint=UUID(bytes=judged.envelopes[0].fingerprint())).update(content=digest(raw))
    CapSource.objects.filter(pk=judged.source.pk).update(last_alert_at=now)
    return Taken("accepted", first.id)


def digest(raw: bytes) -> bytes:
    """16 bytes that tell one document from another."""
    return hashlib.blake2b(raw, digest_size=16).digest()
