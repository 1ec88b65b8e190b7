"""Asks the registered feeds: conditionally, one fetch for each new entry, slower while a feed cannot be read.

A feed that stays silent or empty is normal; one that cannot be read for 15 minutes is a fault of its source.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.base import clock, visibility
from linli.signals.accept import write
from linli.signals.envelope import Envelope, Phase
from linli.signals.gateways.cap import feeds, intake, xml
from linli.signals.gateways.cap.document import Feed, FeedEntry, Unreadable
from linli.signals.gateways.cap.fetching import Fetched, NotFetched, fetch, host_of
from linli.signals.gateways.cap.mapping import PROTOCOL, source_of
from linli.signals.models import CapSource

LONGEST = timedelta(minutes=15)
FAULT_AFTER = timedelta(minutes=15)
MOST_AT_ONCE = 50
"""Alerts fetched in one reading of a feed; the rest follow at the next."""
FAULT = "fault.source"


def run_due() -> int:
    """Ask the feed that has waited longest, if one is due; how many were asked (0 or 1)."""
    now = clock.now()
    waiting = CapSource.objects.filter(active=True, due_at__lte=now).exclude(feed_url="").order_by("due_at")
    source = waiting.first()
    if source is None:
        return 0
    ask(source)
    return 1


def ask(source: CapSource) -> None:
    """Read the feed of `source` once, and what is new in it."""
    hosts = {host_of(source.feed_url), *source.hosts}
    try:
        fetched = fetch(source.feed_url, hosts, etag=source.etag, last_modified=source.last_modified)
        if fetched.unchanged:
            _note_read(source, None, source.seen)
            return
        feed = _feed(fetched)
    except (NotFetched, Unreadable) as fault:
        _note_failure(source, str(fault))
        return
    seen, faults = _take_new(source, feed, hosts)
    _note_read(source, fetched if not faults else None, seen)


def _feed(fetched: Fetched) -> Feed:
    root = xml.parse(fetched.body)
    if feeds.is_feed(root):
        return feeds.feed(root)
    # An address that is the alert itself.
    return Feed((FeedEntry("alert", "", document=fetched.body),))


def _take_new(source: CapSource, feed: Feed, hosts: set[str]) -> tuple[dict[str, str], int]:
    """Take in what changed; the marks of what was taken, and how many entries are left for the next time."""
    seen, left, taken = {}, 0, 0
    for entry in feed.entries:
        mark = entry.updated or intake.digest(entry.document or b"").hex()
        if source.seen.get(entry.id) == mark and entry.updated:
            seen[entry.id] = mark
            continue
        if taken >= MOST_AT_ONCE:
            left += 1
            continue
        taken += 1
        try:
            document = entry.document or fetch(entry.link, hosts).body
        except NotFetched as fault:
            left += 1
            source.last_error = f"{entry.link[:80]}: {fault}"[:200]
            continue
        intake.take(document, f"feed:{source.sender}")
        seen[entry.id] = mark
    return seen, left


def _note_read(source: CapSource, fetched: Fetched | None, seen: dict[str, str]) -> None:
    """The feed could be read. Without `fetched` the marks for the next conditional request stay as they are."""
    now = clock.now()
    healed, source.fault_told = source.fault_told, False
    if fetched is not None:
        source.etag, source.last_modified, source.last_error = fetched.etag, fetched.last_modified, ""
    source.seen, source.failures, source.failing_since, source.last_read_at = seen, 0, None, now
    source.due_at = now + timedelta(seconds=source.interval_seconds)
    _save(source, _signal(source, "restored", now) if healed else None)


def _note_failure(source: CapSource, why: str) -> None:
    now = clock.now()
    source.failures += 1
    source.failing_since = source.failing_since or now
    source.last_error = why[:200]
    pause = timedelta(seconds=source.interval_seconds) * 2 ** min(source.failures - 1, 10)
    source.due_at = now + min(pause, LONGEST)
    told = not source.fault_told and now - source.failing_since >= FAULT_AFTER
    source.fault_told = source.fault_told or told
    _save(source, _signal(source, "raised", now) if told else None)


def _save(source: CapSource, signal: Envelope | None) -> None:
    fields = (
        "etag", "last_modified", "seen", "due_at", "failures", "failing_since", "fault_told", "last_error",
        "last_read_at",
    )  # fmt: skip
    with transaction.atomic(durable=True), visibility.system():
        source.save(update_fields=fields)
        if signal is not None:
            write([signal])


def _signal(source: CapSource, phase: Phase, now: datetime) -> Envelope:
    return Envelope(
        protocol=PROTOCOL, source=source_of(source.sender), kind=FAULT, phase=phase, occurred_at=now, received_at=now,
        values={"text": source.last_error} if phase == "raised" else {}, body=f"{phase}{now.isoformat()}".encode(),
        asset_id=source.asset_id,
    )  # fmt: skip
