"""`accept`: the only writer of the log. One transaction a batch; the verdicts come after its commit.

sent = acknowledged = logged + folded + duplicates + quarantined. What a signal says of its asset's condition (alarms,
faults, armed) is derived from the log by `follow`, right after; presence, heartbeats and positions are settled here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection, transaction

from linli.base import outbox
from linli.signals import logbook, quarantine, senders, sums
from linli.signals.bus import outward
from linli.signals.envelope import Envelope, Verdict
from linli.signals.kinds import HEARTBEAT, POSITION
from linli.signals.links import Links
from linli.signals.reading import Impossible, Item, begin, hourly
from linli.signals.repetitions import Repetitions, forget

BATCH = 1000


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


def write(envelopes: Sequence[Envelope], *, counted: bool = True) -> list[Verdict]:
    """`accept` inside the caller's transaction (RuntimeError without one): acknowledge nothing before it commits.

    `counted`: it came in just now (what is run again from quarantine was counted there).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("write needs the transaction of its caller")
    if not envelopes:
        return []
    if outward.passes_on():
        return outward.pass_on(envelopes)
    batch = Batch(envelopes)
    batch.take()
    verdicts: list[Verdict] = []
    for envelope, item in zip(envelopes, batch.read, strict=True):
        if isinstance(item, Impossible):
            verdicts.append(quarantine.keep(envelope=envelope, fault=item))
        elif item.verdict is not None:
            verdicts.append(item.verdict)
    if counted:
        sums.count(envelopes, verdicts)
    return verdicts


class Batch:
    """One batch under the lock of the log. The store works while we read, and the other way round."""

    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self.envelopes = envelopes
        self.read: list[Item | Impossible] = []
        self.items: list[Item] = []
        self.impossible: list[Item] = []
        self.links = Links()

    def take(self) -> None:
        """Decide about every envelope and write what follows."""
        raw, links = logbook.raw_connection(), self.links
        locking, asking, numbering, noting = (logbook.cursor() for _ in range(4))
        repetitions = Repetitions()
        with raw.pipeline():
            locking.execute(logbook.TAKE_LOCK, [logbook.LOCK], prepare=True)
            asking.execute(senders.MARK, prepare=True)
            draft = logbook.Draft(numbering, len(self.envelopes))
            self._begin()
            known = senders.memory(locking, asking.fetchall()[0])
            repetitions.ask(noting, [item for item in self.items if item.kind not in _FOLDING])
            self._find_senders(locking, known)
            for item in self.items:
                if item.verdict is None:
                    links.hear(item)
            self._type_values()
            self._fingerprint_hours()
            draft.prepare(links.rows)
        repetitions.settle(noting)
        self._settle_folding(repetitions, noting)
        if self.impossible:
            forget(locking, self.impossible)
        draft.write(locking)
        links.save(locking)
        outbox.emit_many(links.events)

    def _begin(self) -> None:
        read, items = self.read, self.items
        for envelope in self.envelopes:
            try:
                item = begin(envelope)
            except Impossible as fault:
                read.append(fault)
            else:
                read.append(item)
                items.append(item)

    def _find_senders(self, own: psycopg.Cursor[Any], known: senders.Memory) -> None:
        missing, entries = {}, known.entries
        for item in self.items:
            said = item.envelope
            key = (said.source, said.asset_id)
            entry = entries.get(key)
            if entry is not None and entry.since <= item.received_at < entry.until:
                item.sender = entry.sender
            else:
                missing[key] = (said.protocol, item.received_at)
        if missing:
            senders.resolve(own, known, missing)
            for item in self.items:
                key = (item.envelope.source, item.envelope.asset_id)
                if key in missing:
                    item.sender = entries[key].sender

    def _settle_folding(self, repetitions: Repetitions, own: psycopg.Cursor[Any]) -> None:
        """Positions that go to the log, and the unknown senders' signs of life."""
        folding = [item for item in self.links.rows if item.kind in _FOLDING]
        if folding:
            repetitions.ask(own, folding)
            repetitions.settle(own)

    def _fingerprint_hours(self) -> None:
        """Of an unknown sender's signs of life one an hour is kept."""
        for item in self.links.rows:
            if item.kind == HEARTBEAT:
                item.fingerprint = hourly(item)

    def _type_values(self) -> None:
        """Type the values of what may be logged; what turns out impossible goes to quarantine after all."""
        for place, item in enumerate(self.read):
            if isinstance(item, Item) and item.verdict is None:
                try:
                    item.type_values()
                except Impossible as fault:
                    self.read[place] = fault
                    self.links.rows.remove(item)
                    self.impossible.append(item)


_FOLDING = frozenset({HEARTBEAT, POSITION})
