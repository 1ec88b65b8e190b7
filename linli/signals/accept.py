"""`accept`: the only writer of the log. One transaction a batch; the verdicts come after its commit.

sent = acknowledged = logged + folded + duplicates + quarantined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from linli.base import outbox, visibility
from linli.signals import kinds, logbook, protocols, quarantine, reading, senders, states
from linli.signals.envelope import Accepted, Duplicate, Envelope, Folded, Verdict
from linli.signals.reading import Impossible, Item
from linli.signals.senders import Sender
from linli.signals.state import PRESENCE, Change, differs, step

BATCH = 1000
POSITION_GRAIN = timedelta(seconds=30)


def accept(envelopes: Sequence[Envelope]) -> list[Verdict]:
    """Take in what was heard; the verdicts, in order, once they are durable (`synchronous_commit` on).

    Batches of over 1,000 are committed piecewise. Raises django.db.Error when the store is away: then nothing of the
    piece is kept and nothing may be acknowledged. Must not run inside another transaction (RuntimeError).
    """
    verdicts: list[Verdict] = []
    for start in range(0, len(envelopes), BATCH):
        with transaction.atomic(durable=True):
            verdicts += write(envelopes[start : start + BATCH])
    return verdicts


def write(envelopes: Sequence[Envelope]) -> list[Verdict]:
    """`accept` inside the caller's transaction: nothing may be acknowledged before that commits."""
    read: list[Item | Impossible] = []
    for envelope in envelopes:
        try:
            read.append(reading.read(envelope))
        except Impossible as fault:
            read.append(fault)
    items = [item for item in read if isinstance(item, Item)]
    with visibility.system():
        own = logbook.cursor()
        logbook.lock(own)
        senders.resolve(own, items)
        batch = Batch(own)
        batch.take(items)
        batch.finish()
        refused = [
            None if isinstance(item, Item) else quarantine.keep(envelope=envelope, fault=item)
            for envelope, item in zip(envelopes, read, strict=True)
        ]
    return [item.verdict if isinstance(item, Item) else refused[place] for place, item in enumerate(read)]  # type: ignore[misc]


class Batch:
    """One batch under the lock of the log: what becomes a row, what is folded, what changes."""

    def __init__(self, own: psycopg.Cursor[Any]) -> None:
        self.own = own
        self.rows: list[Item] = []
        self.changes: list[tuple[UUID, Change]] = []
        self.whole: dict[UUID, Sender] = {}
        self.seen_only: dict[UUID, Sender] = {}
        self.folded: Counter[tuple[UUID, datetime]] = Counter()
        self.events: list[tuple[str, dict[str, Any], str | None]] = []

    def take(self, items: list[Item]) -> None:
        """Decide about each item, in order."""
        self._repetitions(items)
        for item in items:
            if item.verdict is not None:
                continue
            if item.sender is None:
                self.rows.append(item)
            else:
                self._of_asset(item, item.sender)

    def _repetitions(self, items: list[Item]) -> None:
        """Mark what was accepted before within its protocol's window, in this batch or an earlier one."""
        first: dict[bytes, Item] = {}
        for item in items:
            if item.is_heartbeat:
                if item.sender is not None:
                    continue
                item.fingerprint, item.window = reading.hourly(item), timedelta(hours=1)
            earlier = first.setdefault(item.fingerprint, item)
            if earlier is not item:
                item.verdict = Duplicate(earlier.id)
        known = seen(self.own, list(first.values()))
        for item in items:
            if item.fingerprint in known and (item.verdict is not None or first.get(item.fingerprint) is item):
                item.verdict = Duplicate(known[item.fingerprint])

    def _of_asset(self, item: Item, sender: Sender) -> None:
        if item.by_device:
            self._present(item, sender)
        logged = sender.state.position_logged_at
        self._step(item, sender)
        if self._folds(item, logged, sender):
            item.verdict = Folded(sender.asset_id)
            hour = item.received_at.replace(minute=0, second=0, microsecond=0)
            self.folded[sender.asset_id, hour] += 1
        else:
            self.rows.append(item)
        self._due(sender)

    def _present(self, item: Item, sender: Sender) -> None:
        """A sign of life: signals of our own when that changes presence or supervision."""
        if sender.state.presence != "online":
            self.say(sender, kinds.ONLINE, item.received_at, {"cause": "heard"})
        if not sender.state.supervised:
            self.say(sender, kinds.SUPERVISED, item.received_at, {"cause": "heard"})

    def say(self, sender: Sender, kind: str, at: datetime, facts: dict[str, Any], now: datetime | None = None) -> None:
        """A signal of the house itself about `sender`, true since `at`, said `now`."""
        said = Envelope(
            protocol=protocols.TIMER, source=f"timer:{sender.asset_id}", kind=kind, phase="info",
            occurred_at=at, received_at=now or at, values=facts, trust="authenticated", body=at.isoformat().encode(),
        )  # fmt: skip
        item = reading.read(said)
        item.sender = sender
        self._step(item, sender)
        self.rows.append(item)
        if kind in PRESENCE:
            news = {"asset": str(sender.asset_id), "presence": sender.state.presence, "at": at.isoformat()}
            self.events.append(("asset.presence", news, sender.area_path))

    def _step(self, item: Item, sender: Sender) -> None:
        before = sender.state
        sender.state, changes = step(before, item)
        self.changes += [(sender.asset_id, change) for change in changes]
        if differs(before, sender.state):
            self.whole[sender.asset_id] = sender
        else:
            self.seen_only[sender.asset_id] = sender

    def _folds(self, item: Item, logged: datetime | None, sender: Sender) -> bool:
        """Heartbeats, and positions between the grains of the log unless somebody follows the unit."""
        if item.is_heartbeat:
            return True
        if not item.is_position or item.late:
            return False
        followed = sender.follow_until is not None and item.received_at < sender.follow_until
        if not followed and logged is not None and item.received_at - logged < POSITION_GRAIN:
            return True
        sender.state.position_logged_at = item.received_at
        return False

    def _due(self, sender: Sender) -> None:
        """The stored look at its silence may come too early (then it is moved on), never too late."""
        due, state = sender.next_due(), sender.state
        if due is not None and (state.due_late_at is None or due < state.due_late_at):
            state.due_late_at = due
            self.whole[sender.asset_id] = sender

    def finish(self) -> None:
        """Write everything; give the verdicts of what was logged."""
        log_ids = logbook.numbers(self.own, len(self.rows)) if self.rows else []
        for item, log_id in zip(self.rows, log_ids, strict=True):
            item.verdict = Accepted(item.id, log_id)
            if item.sender is not None:
                item.sender.state.last_log_id = log_id
        if self.rows:
            logbook.write(self.own, self.rows, log_ids)
        only = [sender.state for asset, sender in self.seen_only.items() if asset not in self.whole]
        states.save(self.own, [sender.state for sender in self.whole.values()], only)
        states.write_history(self.own, self.changes)
        states.count_folded(self.own, self.folded)
        outbox.emit_many(self.events)


_SEEN = """
INSERT INTO signals_seen (fingerprint, id, until) SELECT * FROM unnest(%s::bytea[], %s::uuid[], %s::timestamptz[])
ON CONFLICT (fingerprint) DO UPDATE SET id = EXCLUDED.id, until = EXCLUDED.until
   WHERE signals_seen.until <= %s
RETURNING fingerprint
"""


def seen(own: psycopg.Cursor[Any], items: list[Item]) -> dict[bytes, UUID]:
    """Note the fingerprints; those accepted before within their window, with the id of the first."""
    if not items:
        return {}
    now = max(item.received_at for item in items)
    rows = [(item.fingerprint, item.id, item.received_at + item.window) for item in items]
    own.execute(_SEEN, [*(list(column) for column in zip(*rows, strict=True)), now], prepare=True, binary=True)
    fresh = {bytes(fingerprint) for (fingerprint,) in own.fetchall()}
    if len(fresh) == len(items):
        return {}
    again = [item.fingerprint for item in items if item.fingerprint not in fresh]
    own.execute("SELECT fingerprint, id FROM signals_seen WHERE fingerprint = ANY(%s)", [again], binary=True)
    return {bytes(fingerprint): known for fingerprint, known in own.fetchall()}
