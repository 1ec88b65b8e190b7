"""When the house itself was listening on each gateway. What we could not hear is neither silence nor presence (L12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from linli.base import clock
from linli.signals.models import Listening

EVERY = timedelta(seconds=5)
STALE = timedelta(seconds=15)
_NEXT = timedelta(microseconds=1)


def beat(gateway: str) -> None:
    """Say that `gateway` listens now; its servers call this every 5 s. After 15 s without it we were deaf."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"listening {gateway}"])
        cursor.execute(
            "UPDATE signals_listening SET beat_at = greatest(beat_at, %s),"
            " during = tstzrange(lower(during), greatest(upper(during), %s))"
            " WHERE gateway = %s AND beat_at >= %s AND upper(during) >= %s",
            [now, now, gateway, now - STALE, now - STALE],
        )
        if not cursor.rowcount:
            Listening.objects.create(gateway=gateway, during=(now, now + _NEXT), beat_at=now)


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans in which one gateway listened, in order; `open` when it listens now."""

    spans: tuple[tuple[datetime, datetime], ...]
    open: bool

    def reached(self, since: datetime, wait: timedelta) -> datetime | None:
        """The moment at which we had listened for `wait` since `since`, or None when that is not yet so."""
        left = wait
        for start, end in self.spans:
            begin = max(start, since)
            if end <= begin:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def listened(self, since: datetime, until: datetime) -> timedelta:
        """How long we listened between two moments."""
        pieces = (min(end, until) - max(start, since) for start, end in self.spans)
        return sum((piece for piece in pieces if piece > timedelta()), timedelta())


def spans_of(gateways: Iterable[str], since: datetime, now: datetime) -> dict[str, Spans]:
    """The spans of each gateway that end after `since`; one that beats still goes on until `now`."""
    found: dict[str, list[tuple[datetime, datetime]]] = {gateway: [] for gateway in gateways}
    listening: set[str] = set()
    rows = Listening.objects.filter(gateway__in=list(found), during__endswith__gt=since).order_by("during")
    for row in rows:
        end = row.during.upper
        if row.beat_at >= now - STALE:
            listening.add(row.gateway)
            end = now
        found[row.gateway].append((row.during.lower, min(end, now)))
    return {gateway: Spans(tuple(spans), gateway in listening) for gateway, spans in found.items()}


def listening_now(now: datetime) -> list[str]:
    """The gateways that listen now."""
    fresh = Listening.objects.filter(beat_at__gte=now - STALE)
    return sorted(set(fresh.values_list("gateway", flat=True)))
