"""`accept`: the only writer of the log. One transaction a batch; the verdicts come after its commit.

sent = acknowledged = logged + folded + duplicates + quarantined. What a signal says of its asset's condition (alarms,
faults, armed) is derived from the log by `follow`, right after; presence, heartbeats and positions are settled here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from linli.base import outbox
from linli.signals import logbook, packing, protocols, quarantine, reading, senders
from linli.signals.envelope import Accepted, Duplicate, Envelope, Folded, Verdict
from linli.signals.kinds import HEARTBEAT, POSITION
from linli.signals.links import Links
from linli.signals.reading import Impossible, Item, begin

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


def write(envelopes: Sequence[Envelope]) -> list[Verdict]:
    """`accept` inside the caller's transaction: nothing may be acknowledged before that commits."""
    batch = Batch(envelopes)
    batch.take()
    verdicts: list[Verdict] = []
    for envelope, item in zip(envelopes, batch.read, strict=True):
        if isinstance(item, Impossible):
            verdicts.append(quarantine.keep(envelope=envelope, fault=item))
        elif item.verdict is not None:
            verdicts.append(item.verdict)
    return verdicts


class Batch:
    """One batch under the lock of the log. The store works while we read, and the other way round."""

    def __init__(self, envelopes: Sequence[Envelope]) -> None:
        self.envelopes = envelopes
        self.read: list[Item | Impossible] = []
        self.items: list[Item] = []
        self.first: dict[bytes, Item] = {}
        self.fresh: set[bytes] = set()
        self.links = Links()

    def take(self) -> None:
        """Decide about every envelope and write what follows."""
        raw, links = logbook.raw_connection(), self.links
        locking, asking, noting, numbering = (logbook.cursor() for _ in range(4))
        with raw.pipeline():
            locking.execute(logbook.TAKE_LOCK, [logbook.LOCK], prepare=True)
            asking.execute(senders.MARK, prepare=True)
            self._begin()
            known = senders.memory(locking, asking.fetchall()[0])
            self._note([item for item in self.items if item.kind not in _FOLDING], noting)
            self._find_senders(locking, known)
            for item in self.items:
                if item.verdict is None:
                    links.hear(item)
            self._settle(noting)
            folding = [item for item in links.rows if item.kind in _FOLDING]
            if folding:
                self._note_folding(folding, noting)
            numbering.execute(logbook.NUMBERS, [len(links.rows)], prepare=True)
            self._type_values(locking)
            log_ids = [number for (number,) in numbering.fetchall()]
        rows = [item for item in links.rows if item.verdict is None]
        logbook.write(locking, rows, log_ids)
        for item, log_id in zip(rows, log_ids, strict=False):
            item.verdict = Accepted(item.id, log_id)
        with raw.pipeline():
            links.save(locking)
            if rows:
                locking.execute(f"NOTIFY {logbook.CHANNEL}")
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

    def _note(self, items: list[Item], own: psycopg.Cursor[Any]) -> None:
        """Ask the store to note fingerprints that it does not hold within their window."""
        if not items:
            return
        first = self.first
        for item in items:
            earlier = first.setdefault(item.fingerprint, item)
            if earlier is not item:
                item.verdict = Duplicate(earlier.id)
        note(own, [item for item in items if item.verdict is None])

    def _note_folding(self, items: list[Item], own: psycopg.Cursor[Any]) -> None:
        """Positions that go to the log, and the unknown senders' signs of life: one an hour."""
        for item in items:
            if item.kind == HEARTBEAT:
                item.fingerprint = reading.hourly(item)
        self._note(items, own)
        self._settle(own)

    def _settle(self, own: psycopg.Cursor[Any]) -> None:
        """What the store held already is a repetition of what it names."""
        if not self.first:
            return
        self.fresh.update(fingerprint.bytes for (fingerprint,) in own.fetchall())
        if len(self.fresh) < len(self.first):
            repeated = [fingerprint for fingerprint in self.first if fingerprint not in self.fresh]
            known = noted(own, repeated)
            for item in self.items:
                if item.fingerprint in known and not isinstance(item.verdict, Folded):
                    item.verdict = Duplicate(known[item.fingerprint])

    def _type_values(self, own: psycopg.Cursor[Any]) -> None:
        """Type the values of what will be logged; what turns out impossible goes to quarantine after all."""
        wrong = []
        for place, item in enumerate(self.read):
            if isinstance(item, Item) and item.verdict is None:
                try:
                    item.type_values()
                except Impossible as fault:
                    self.read[place] = fault
                    self.links.rows.remove(item)
                    wrong.append(item.id.bytes)
        if wrong:
            own.execute("DELETE FROM signals_seen WHERE id = ANY(%b::uuid[])", [packing.uuids(wrong)])


_FOLDING = frozenset({HEARTBEAT, POSITION})
_NOTE = """
INSERT INTO signals_seen AS s (fingerprint, id, until) SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[])
ON CONFLICT (fingerprint) DO UPDATE SET id = EXCLUDED.id, until = EXCLUDED.until WHERE s.until <= %s
RETURNING fingerprint
"""


def note(own: psycopg.Cursor[Any], items: list[Item]) -> None:
    """Note fingerprints; the answer (`own`) holds those that were not there within their window."""
    columns = [
        packing.uuids([item.fingerprint for item in items]),
        packing.uuids([item.id.bytes for item in items]),
        packing.moments([item.received_at + window_of(item) for item in items]),
    ]
    own.execute(_NOTE, [*columns, max(item.received_at for item in items)], prepare=True, binary=True)


def window_of(item: Item) -> timedelta:
    """How long an equal frame is a repetition."""
    return _AN_HOUR if item.kind == HEARTBEAT else protocols.of(item.envelope.protocol).window


_AN_HOUR = timedelta(hours=1)


def noted(own: psycopg.Cursor[Any], fingerprints: list[bytes]) -> dict[bytes, UUID]:
    """The id of the signal that was accepted first under each fingerprint."""
    own.execute(
        "SELECT fingerprint, id FROM signals_seen WHERE fingerprint = ANY(%b::uuid[])",
        [packing.uuids(fingerprints)],
        binary=True,
    )
    return {fingerprint.bytes: first for fingerprint, first in own.fetchall()}
