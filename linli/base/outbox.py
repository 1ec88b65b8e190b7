"""What must happen after commit: written in the transaction of the act, numbered afterwards by one relay.

A sequence drawn inside concurrent transactions would skip late commits: a reader that has seen 8 would never see a
7 that commits after it. So rows are born without a number, and one relay (an advisory lock is its lease) numbers
what it can see, in one transaction; NOTIFY only wakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from linli.base import clock
from linli.base.models import Outbox

CHANNEL = "linli_outbox"
EVENTS = "linli_events"
_LEASE = 0x4C4E4C01
KEPT = timedelta(days=7)


def emit(topic: str, payload: dict[str, Any], area_path: str | None = None, bodies: Iterable[Any] = ()) -> None:
    """Record that `topic` happened; readers in `area_path` or of `bodies` hear it after commit.

    `payload` holds ids and states, never personal values. Must run inside the transaction of the act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("emit needs the transaction of the act")
    Outbox.objects.create(topic=topic, payload=payload, area_path=area_path, bodies=list(bodies), at=clock.now())
    _wake()


def emit_many(events: Sequence[tuple[str, dict[str, Any], str | None]]) -> None:
    """`emit` for a batch of (topic, payload, area path)."""
    if not events:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("emit needs the transaction of the act")
    now = clock.now()
    Outbox.objects.bulk_create(
        Outbox(topic=topic, payload=payload, area_path=area, at=now) for topic, payload, area in events
    )
    _wake()


def relay(limit: int = 1000) -> int:
    """Number up to `limit` waiting rows and wake the readers. Returns how many; 0 too when another relay works.

    Rows are numbered in the order of their keys; those of one transaction stay together as it wrote them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LEASE])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "WITH waiting AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM base_outbox"
            "                 WHERE event_id IS NULL ORDER BY id LIMIT %s),"
            " top AS (SELECT COALESCE(max(event_id), 0) AS last FROM base_outbox)"
            " UPDATE base_outbox o SET event_id = top.last + waiting.place FROM waiting, top WHERE o.id = waiting.id",
            [limit],
        )
        count = cursor.rowcount
        if count:
            cursor.execute("SELECT pg_notify(%s, '')", [EVENTS])
    return count


def after(event_id: int, limit: int = 500) -> list[Outbox]:
    """Numbered events behind `event_id`, in order."""
    return list(Outbox.objects.filter(event_id__gt=event_id).order_by("event_id")[:limit])


def last_id() -> int:
    """The highest number given so far, 0 when there is none."""
    numbered = Outbox.objects.filter(event_id__isnull=False).order_by("-event_id")
    return numbered.values_list("event_id", flat=True).first() or 0


def waiting() -> int:
    """How many events are not numbered yet."""
    return Outbox.objects.filter(event_id__isnull=True).count()


def sweep() -> int:
    """Remove events that every reader has had a week to fetch; the highest stays, so that numbers go on."""
    top = last_id()
    gone, _kinds = Outbox.objects.filter(event_id__lt=top, at__lt=clock.now() - KEPT).delete()
    return gone


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
