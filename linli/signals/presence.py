"""Silence: looked at when its stored time comes, never when the next message does (L11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.base import clock, visibility
from linli.signals import kinds, logbook, senders
from linli.signals.accept import Batch
from linli.signals.listening import Spans, listening_now, spans_of
from linli.signals.sender import Sender

LIMIT = 500
_DUE = """
SELECT asset_id, gateway FROM signals_assetstate
WHERE due_late_at <= %s AND gateway = ANY(%s) ORDER BY due_late_at LIMIT %s
"""


def sweep(now: datetime | None = None, limit: int = LIMIT) -> int:
    """Find the devices that have been silent for too long while we listened; returns how many were looked at.

    Each change of presence or supervision is a signal, true since the exact moment of its limit.
    """
    now = now or clock.now()
    with transaction.atomic(durable=True), visibility.system():
        own = logbook.cursor()
        logbook.lock(own)
        own.execute(_DUE, [now, listening_now(now), limit])
        due = own.fetchall()
        if not due:
            return 0
        batch = Batch(own)
        found = senders.of_assets(own, due, now)
        earliest = min((sender.state.last_seen for sender in found if sender.state.last_seen), default=now)
        spans = spans_of({gateway for _asset, gateway in due}, earliest, now)
        for sender in found:
            _look(batch, sender, spans[sender.state.gateway], now)
        batch.finish()
    return len(due)


def _look(batch: Batch, sender: Sender, spans: Spans, now: datetime) -> None:
    """Say what silence has made of one device by `now`, and when to look again."""
    since = sender.state.last_seen
    if since is not None:
        for moment, kind in _turns(sender, spans, since):
            silent = int((moment - since).total_seconds())
            batch.say(sender, kind, moment, {"cause": "silence", "silent_seconds": silent}, now)
    due = sender.next_due()
    if due is not None and since is not None:
        deaf = (now - since) - spans.listened(since, now)
        due = max(due + deaf, now)
    sender.state.due_late_at = due
    batch.whole[sender.asset_id] = sender


def _turns(sender: Sender, spans: Spans, since: datetime) -> list[tuple[datetime, str]]:
    """The limits that have passed, in the order of their moments."""
    state = sender.state
    limits: list[tuple[timedelta | None, str]] = []
    if state.presence == "online":
        limits.append((sender.late_after, kinds.LATE))
    if state.presence in ("online", "late"):
        limits.append((sender.offline_after, kinds.OFFLINE))
    if state.supervised:
        limits.append((sender.supervised_after, kinds.UNSUPERVISED))
    reached = [(spans.reached(since, wait), kind) for wait, kind in limits if wait is not None]
    return sorted((moment, kind) for moment, kind in reached if moment is not None)
