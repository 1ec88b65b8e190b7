"""What could not be read or was refused: kept with its bytes and the reason, listed, run again after a fix."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from linli.base import clock, outbox, visibility
from linli.base.ids import uuid7
from linli.signals import sums
from linli.signals.bus import outward
from linli.signals.envelope import Envelope, Quarantined, Verdict
from linli.signals.models import Quarantine, QuarantinedFrame
from linli.signals.reading import Impossible

FRAMES_KEPT, MOST_KEPT = 1000, 256 * 1024
BURST, BURST_WINDOW = 20, timedelta(minutes=10)
# A sender that is only unknown or ahead of us is not hostile.
INNOCENT = frozenset({"unknown-kind", "unknown-type", "unknown-asset", "type_not_described"})


class Unreadable(ValueError):
    """A gateway's `reread` still cannot read the bytes: `reason` and detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


def quarantine(protocol: str, source: str, reason: str, raw: bytes | None, detail: str = "") -> Quarantined:
    """Keep `raw` of `source` because of `reason` (a code); durable when this returns. Identical reasons fold."""
    if outward.passes_on():
        return outward.pass_on_note(protocol, source, reason, raw, detail)
    with transaction.atomic(durable=True), visibility.system():
        return _keep(protocol, source, reason, detail, raw, None)


def note(protocol: str, source: str, reason: str, raw: bytes | None, detail: str = "") -> Quarantined:
    """The same inside the caller's transaction, who sees as the system: for a gateway that keeps a whole batch."""
    if outward.passes_on():
        return outward.pass_on_note(protocol, source, reason, raw, detail)
    return _keep(protocol, source, reason, detail, raw, None)


def keep(*, envelope: Envelope, fault: Impossible) -> Quarantined:
    """The same for an envelope that `accept` refuses; inside its transaction."""
    return _keep(envelope.protocol, envelope.source, fault.reason, fault.detail, envelope.raw, envelope)


_FOLD = """
INSERT INTO signals_quarantine AS q (id, protocol, source, reason, detail, first_seen, last_seen, count,
                                     burst_since, burst)
VALUES (%(id)s, %(protocol)s, %(source)s, %(reason)s, %(detail)s, %(now)s, %(now)s, 1, %(now)s, 1)
ON CONFLICT (protocol, source, reason) WHERE replayed_at IS NULL DO UPDATE SET
    count = q.count + 1, last_seen = EXCLUDED.last_seen, detail = EXCLUDED.detail,
    burst = CASE WHEN q.burst_since < %(burst)s THEN 1 ELSE q.burst + 1 END,
    burst_since = CASE WHEN q.burst_since < %(burst)s THEN EXCLUDED.burst_since ELSE q.burst_since END
RETURNING id, count, burst
"""


def _keep(
    protocol: str, source: str, reason: str, detail: str, raw: bytes | None, envelope: Envelope | None
) -> Quarantined:
    now = clock.now()
    source, detail = _storable(source)[:200], _storable(detail)[:400]
    fold: dict[str, Any] = {
        "id": uuid7(),
        "protocol": protocol,
        "source": source,
        "reason": reason[:64],
        "detail": detail,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, fold | {"now": now, "burst": now - BURST_WINDOW})
        row, count, burst = cursor.fetchone()
    _keep_frame(row, count, raw, envelope, now)
    sums.count_quarantined(protocol)
    if count == 1:
        outbox.emit("signal.quarantined", {"quarantine": str(row), "protocol": protocol, "reason": reason[:64]})
    if burst == BURST and reason not in INNOCENT:
        _say_hostile(protocol, source, reason, count, now)
    return Quarantined(row, reason)


def _keep_frame(row: UUID, count: int, raw: bytes | None, envelope: Envelope | None, now: datetime) -> None:
    said = _to_json(envelope) if envelope is not None else None
    body = raw if raw is not None else repr(said).encode()
    if count > FRAMES_KEPT and QuarantinedFrame.objects.filter(quarantine_id=row).count() >= FRAMES_KEPT:
        return
    frame = QuarantinedFrame(
        quarantine_id=row,
        raw=None if raw is None else raw[:MOST_KEPT],
        envelope=said,
        digest=hashlib.blake2b(body, digest_size=16).digest(),
        received_at=envelope.received_at if envelope else now,
    )
    QuarantinedFrame.objects.bulk_create([frame], ignore_conflicts=True)


def _say_hostile(protocol: str, source: str, reason: str, count: int, now: datetime) -> None:
    """Twenty refused frames of one source within ten minutes are a signal of their own, once."""
    from linli.signals.accept import write

    said = Envelope(
        protocol=protocol, source=source, kind="security.sender", phase="raised", occurred_at=now, received_at=now,
        values={"refused": count, "reason": reason}, body=f"{reason}{now.isoformat()}".encode(),
    )  # fmt: skip
    write([said])


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one quarantined frame when it was run again."""

    frame: UUID
    verdicts: tuple[Verdict, ...]
    reason: str = ""


def replay(
    quarantine_ids: Iterable[UUID] = (),
    source: str = "",
    *,
    most: int | None = None,
    by: UUID | None = None,
    within: bool = False,
) -> list[Replayed]:
    """Run quarantined frames again: those of `quarantine_ids`, or all of `source`; at most `most`.

    The longest untried come first, then the oldest. Each is one transaction: what it says is accepted and the frame
    marked, or it stays with its reason. `within`: inside the caller's transaction instead (a page), a savepoint for
    each; the caller sees as the system.
    """
    frames = QuarantinedFrame.objects.filter(replayed_at__isnull=True).select_related("quarantine")
    wanted = frames.filter(quarantine__source=source) if source else frames.filter(quarantine__in=list(quarantine_ids))
    found = []
    for frame in wanted.order_by(F("tried_at").asc(nulls_first=True), "received_at", "id")[:most]:
        found.append(_again(frame, durable=not within))
        QuarantinedFrame.objects.filter(pk=frame.pk).update(tried_at=clock.now(), tried_by=by)
    return found


def _again(frame: QuarantinedFrame, durable: bool) -> Replayed:
    from linli.signals.accept import write

    with transaction.atomic(durable=durable):
        try:
            envelopes = _envelopes(frame)
        except Unreadable as fault:
            return Replayed(frame.pk, (), fault.reason)
        verdicts = tuple(write(envelopes, counted=False))
        refused = [verdict.reason for verdict in verdicts if isinstance(verdict, Quarantined)]
        if refused:
            transaction.set_rollback(True)
            return Replayed(frame.pk, (), refused[0])
        frame.replayed_at = clock.now()
        frame.save(update_fields=["replayed_at"])
        if not frame.quarantine.frames.filter(replayed_at__isnull=True).exists():
            Quarantine.objects.filter(pk=frame.quarantine_id).update(replayed_at=clock.now())
    return Replayed(frame.pk, verdicts)


def _envelopes(frame: QuarantinedFrame) -> list[Envelope]:
    """The frame as its gateway reads it today (`gateways/<protocol>/replay.py: reread`), or the envelope kept."""
    if frame.envelope is not None:
        return [_from_json(frame.envelope)]
    row = frame.quarantine
    module = f"linli.signals.gateways.{row.protocol}.replay"
    if not find_spec(f"linli.signals.gateways.{row.protocol}") or not find_spec(module):
        raise Unreadable("no-reader", f"protocol {row.protocol} has no reader for kept frames")
    found: list[Envelope] = import_module(module).reread(bytes(frame.raw or b""), row.source, frame.received_at)
    return found


def _to_json(envelope: Envelope) -> dict[str, Any]:
    """An envelope as JSON; what JSON cannot hold is written as text."""
    said = asdict(envelope)
    for name in ("raw", "body"):
        said[name] = base64.b64encode(said[name]).decode() if said[name] is not None else None
    for name in ("occurred_at", "received_at"):
        said[name] = said[name].isoformat()
    said["asset_id"] = str(envelope.asset_id) if envelope.asset_id else None
    plain: dict[str, Any] = _json_safe(said)
    return plain


def _from_json(said: dict[str, Any]) -> Envelope:
    fields = dict(said)
    for name in ("raw", "body"):
        fields[name] = base64.b64decode(fields[name]) if fields[name] is not None else None
    for name in ("occurred_at", "received_at"):
        fields[name] = datetime.fromisoformat(fields[name])
    fields["asset_id"] = UUID(fields["asset_id"]) if fields["asset_id"] else None
    fields["deviations"] = tuple(fields["deviations"])
    fields["place"] = tuple(fields["place"]) if fields["place"] else None
    return Envelope(**fields)


def _json_safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {_storable(str(key)): _json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_safe(item) for item in value]
    if isinstance(value, str):
        return _storable(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    return str(value)


def _storable(text: str) -> str:
    """Text that PostgreSQL takes."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
