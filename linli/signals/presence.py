"""Silence: looked at when its stored time comes, never when the next message does (L11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from linli.base import clock, outbox, visibility
from linli.signals import kinds, logbook, senders
from linli.signals.links import Links
from linli.signals.listening import Spans, listening_now, spans_of
from linli.signals.sender import Sender

LIMIT = 500
_DUE = """
SELECT asset_id, gateway FROM signals_assetstate
WHERE due_late_at <= %s AND gateway = ANY(%s) ORDER BY due_late_at LIMIT %s
"""
# The state's own last sign of life is written by the follower for what was logged: the log itself knows sooner.
_LATER = """
SELECT s.asset_id, l.received_at FROM signals_assetstate s CROSS JOIN LATERAL (
    SELECT g.received_at FROM signals_log g
    WHERE g.asset_id = s.asset_id AND g.log_id > COALESCE(s.last_log_id, 0) AND g.received_at > s.last_seen
      AND g.protocol = s.gateway
    ORDER BY g.received_at DESC LIMIT 1) l
WHERE s.asset_id = ANY(%s)
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
        if due:
            _look_at(own, due, now)
    return len(due)


def _look_at(own: psycopg.Cursor[Any], due: list[tuple[UUID, str]], now: datetime) -> None:
    found = senders.of_assets(own, due, now)
    own.execute(_LATER, [[asset for asset, _gateway in due]])
    later = dict(own.fetchall())
    for sender in found:
        sender.last_seen = later.get(sender.asset_id, sender.last_seen)
    earliest = min((sender.last_seen for sender in found if sender.last_seen), default=now)
    spans = spans_of({gateway for _asset, gateway in due}, earliest, now)
    links = Links()
    for sender in found:
        _look(links, sender, spans[sender.gateway], now)
    logbook.append(own, links.rows)
    links.save(own)
    outbox.emit_many(links.events)


def _look(links: Links, sender: Sender, spans: Spans, now: datetime) -> None:
    """Say what silence has made of one device by `now`, and when to look again."""
    since = sender.last_seen
    sender.due_at = None
    if since is not None:
        for moment, kind in _turns(sender, spans, since):
            silent = int((moment - since).total_seconds())
            links.say(sender, kind, moment, {"cause": "silence", "silent_seconds": silent}, now)
        limit = sender.next_limit()
        if limit is not None:
            sender.due_at = max(now, now + limit - spans.listened(since, now))
    links.turned[sender.asset_id] = sender


def _turns(sender: Sender, spans: Spans, since: datetime) -> list[tuple[datetime, str]]:
    """The limits that have passed, in the order of their moments."""
    limits: list[tuple[timedelta | None, str]] = []
    if sender.presence == "online":
        limits.append((sender.late_after, kinds.LATE))
    if sender.presence in ("online", "late"):
        limits.append((sender.offline_after, kinds.OFFLINE))
    if sender.supervised:
        limits.append((sender.supervised_after, kinds.UNSUPERVISED))
    reached = [(spans.reached(since, wait), kind) for wait, kind in limits if wait is not None]
    return sorted((moment, kind) for moment, kind in reached if moment is not None)
