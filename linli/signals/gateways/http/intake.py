"""From an event of a proven source to its verdict: what it may say, about which asset, and whether it is news."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from linli.base import clock
from linli.registers.models import Asset
from linli.signals.accept import write
from linli.signals.envelope import Accepted, Duplicate, Envelope, Folded, Passed, Phase, Quarantined, Trust, Verdict
from linli.signals.gateways.http import sources
from linli.signals.gateways.http.events import Read
from linli.signals.gateways.http.refusals import (
    EventRefused,
    NotTaken,
    NotYourKind,
    NotYourSource,
    NotYourSubject,
    OtherContent,
    UnknownAsset,
    UnknownType,
)
from linli.signals.gateways.said import Said
from linli.signals.kinds import HEARTBEAT
from linli.signals.models import EventSource, Seen, WebhookDelivery
from linli.signals.quarantine import quarantine
from linli.signals.registry import signal_kinds

PROTOCOL = "http"
REPLAY_WINDOW = timedelta(minutes=10)
# An event this much older than the message that carries it was kept by the sender.
LATE = timedelta(minutes=5)
SKEW_KEPT = 60.0
_TYPE = re.compile(r"linli\.([a-z0-9_.]+)\.v1")


@dataclass(frozen=True, slots=True)
class Message:
    """A proven request: whose, its webhook-id, when it was signed and when it came, the bytes."""

    source: EventSource
    id: str
    signed_at: datetime
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one event: the status; our id of the signal, or the refusal and under which id it is kept."""

    status: int
    id: UUID | None = None
    refusal: EventRefused | None = None
    quarantine: UUID | None = None


@dataclass(slots=True)
class Part:
    """One event on its way: what it says, as it stood, what it became."""

    said: Said
    raw: bytes
    envelope: Envelope | None = None
    answer: Answer | None = None
    content: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.content = digest(self.said.content)

    @property
    def fingerprint(self) -> UUID:
        """Under which the log remembers the event."""
        assert self.envelope is not None
        return UUID(bytes=self.envelope.fingerprint())


def digest(content: bytes) -> bytes:
    """16 bytes that tell one content from another."""
    return hashlib.blake2b(content, digest_size=16).digest()


def name_of(source: EventSource, protocol: str = PROTOCOL) -> str:
    """The source as the log names it."""
    return f"{protocol}:{source.uri}"


def keep(source: EventSource, refusal: EventRefused, raw: bytes) -> Answer:
    """The answer to a refused event; its bytes in quarantine when its refusal keeps them. Durable when it returns."""
    kept = quarantine(PROTOCOL, name_of(source), refusal.kept, raw, refusal.text()).id if refusal.kept else None
    return Answer(refusal.status, refusal=refusal, quarantine=kept)


def said_of(source: EventSource, read: Read) -> Said:
    """What a CloudEvent says. Raises NotYourSource, UnknownType."""
    event = read.event
    if event.source != source.uri:
        raise NotYourSource(said=event.source[:80], own=source.uri)
    found = _TYPE.fullmatch(event.type)
    if found is None or found[1] not in signal_kinds:
        raise UnknownType(type=event.type[:80])
    return Said(
        id=event.id, kind=found[1], phase=event.data.phase, time=event.time, subject=event.subject,
        values=event.values(), place=event.place(), content=read.content,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """How an event came: over which protocol, signed and received when, and how far its sender is proved."""

    received_at: datetime
    signed_at: datetime
    protocol: str = PROTOCOL
    trust: Trust = "authenticated"


def envelope_of(source: EventSource, said: Said, raw: bytes, carried: Carried, asset: Asset | None) -> Envelope:
    """What the event says about `asset`, if the source may say it. Raises the refusals of 403 and 422."""
    if not sources.may_say(source, said.kind):
        raise NotYourKind(kind=said.kind, own=source.uri)
    if asset is None:
        raise UnknownAsset(subject=said.subject or "")
    if not sources.speaks_for(source, asset):
        raise NotYourSubject(subject=said.subject or "", own=source.uri)
    occurred_at = said.time or carried.received_at
    skew = (carried.signed_at - carried.received_at).total_seconds()
    return Envelope(
        protocol=carried.protocol,
        source=name_of(source, carried.protocol),
        sequence=said.id[:80],
        kind=said.kind,
        phase=said.phase or _usual_phase(said.kind),
        occurred_at=occurred_at,
        received_at=carried.received_at,
        values=said.values,
        late=carried.signed_at - occurred_at > LATE,
        deviations=said.deviations,
        trust=carried.trust,
        place=said.place,
        raw=raw,
        body=said.id.encode(),
        item=said.item,
        clock_skew_seconds=skew if abs(skew) > SKEW_KEPT else None,
        asset_id=asset.pk,
    )


def _usual_phase(kind: str) -> Phase:
    """What an event without `data.phase` means: an alarm or a fault has come; all else is told."""
    return "raised" if kind.partition(".")[0] in ("alarm", "fault") else "info"


def take(message: Message, parts: Sequence[Part]) -> None:
    """Answer the parts that have no answer yet. One commit for all of them, done when this returns.

    Raises OtherContent when the webhook-id was used for other bytes, django.db.Error when the store is away: nothing
    of the message is kept then.
    """
    carried = Carried(message.received_at, message.signed_at)
    assets = sources.subjects(part.said.subject for part in parts)
    for part in parts:
        try:
            asset = sources.subject(message.source, part.said.subject, assets)
            part.envelope = envelope_of(message.source, part.said, part.raw, carried, asset)
        except EventRefused as refusal:
            part.answer = keep(message.source, refusal, part.raw)
    open_parts = [part for part in parts if part.envelope is not None]
    if open_parts:
        _commit(message, open_parts)
        for part in open_parts:
            if part.answer is not None and part.answer.status == OtherContent.status and part.answer.refusal:
                part.answer = keep(message.source, part.answer.refusal, part.raw)


def _commit(message: Message, parts: Sequence[Part]) -> None:
    with transaction.atomic(durable=True):
        repeated = _repeated(message)
        for part in parts:
            if repeated and part.envelope is not None and part.envelope.kind == HEARTBEAT:
                part.answer = Answer(200)
        write_parts([part for part in parts if part.answer is None])
        sources.note_seen([message.source.pk], message.received_at)


def write_parts(parts: Sequence[Part]) -> None:
    """Write the parts' envelopes to the log and answer each, inside the caller's transaction."""
    verdicts = write([part.envelope for part in parts if part.envelope is not None])
    judged = list(zip(parts, verdicts, strict=True))
    remember([part for part, verdict in judged if isinstance(verdict, Accepted | Folded)])
    again = [part.fingerprint for part, verdict in judged if isinstance(verdict, Duplicate)]
    known = contents(again) if again else {}
    for part, verdict in judged:
        part.answer = _answer(part, verdict, known)


_REMEMBER = """
UPDATE signals_seen s SET content = n.content
FROM unnest(%s::uuid[], %s::bytea[]) AS n (fingerprint, content) WHERE s.fingerprint = n.fingerprint
"""


def remember(parts: Sequence[Part]) -> None:
    """Keep the digest of what was said, beside the fingerprint of its id."""
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [[part.fingerprint for part in parts], [part.content for part in parts]])


def _repeated(message: Message) -> bool:
    """True when this very message came before, within the window. A fold-away heartbeat must not count twice."""
    own = digest(message.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signals_webhookdelivery AS d (source_id, webhook_id, digest, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (source_id, webhook_id) DO UPDATE SET digest = EXCLUDED.digest, at = EXCLUDED.at"
            " WHERE d.at < %s RETURNING id",
            [message.source.pk, message.id, own, message.received_at, message.received_at - REPLAY_WINDOW],
        )
        if cursor.fetchone():
            return False
    known = WebhookDelivery.objects.get(source=message.source, webhook_id=message.id)
    if bytes(known.digest) != own:
        raise OtherContent(path="webhook-id", id=message.id)
    return True


def contents(fingerprints: Iterable[UUID]) -> dict[UUID, bytes]:
    """The digests of what was said under these fingerprints, where one is known."""
    rows = Seen.objects.filter(fingerprint__in=list(fingerprints), content__isnull=False)
    return {row.fingerprint: bytes(row.content or b"") for row in rows}


def _answer(part: Part, verdict: Verdict, known: dict[UUID, bytes]) -> Answer:
    match verdict:
        case Accepted() | Folded():
            return Answer(201, id=verdict.id if isinstance(verdict, Accepted) else None)
        case Duplicate():
            if known.get(part.fingerprint, part.content) != part.content:
                return Answer(OtherContent.status, refusal=OtherContent(path="id", id=part.said.id))
            return Answer(200, id=verdict.id)
        case Passed():
            return Answer(201)
        case Quarantined():
            return Answer(NotTaken.status, refusal=NotTaken(reason=verdict.reason), quarantine=verdict.id)


def sweep_deliveries() -> int:
    """Forget messages whose window is over; returns how many."""
    gone, _kinds = WebhookDelivery.objects.filter(at__lt=clock.now() - REPLAY_WINDOW).delete()
    return gone
