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
from linli.signals.links import Links
from linli.signals.reading import Impossible, Item

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
        self.impossible: list[Item] = []

    def take(self) -> None:
        """Decide about every envelope and write what follows."""
        raw = logbook.raw_connection()
        locking, asking, noting, numbering = (logbook.cursor() for _ in range(4))
        with raw.pipeline():
            locking.execute(logbook.TAKE_LOCK, [logbook.LOCK], prepare=True)
            asking.execute(senders.MARK, prepare=True)
            self._begin()
            known = senders.memory(locking, asking.fetchall()[0])
            self._find_senders(locking, known)
            links = Links()
            for item in self.items:
                links.hear(item)
            self._note_fingerprints(noting, links)
            numbering.execute(logbook.NUMBERS, [len(links.rows)], prepare=True)
            self._type_values(links)
            self._settle_repetitions(noting)
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
        for envelope in self.envelopes:
            try:
                item = Item(envelope)
            except Impossible as fault:
                self.read.append(fault)
            else:
                self.read.append(item)
                self.items.append(item)

    def _find_senders(self, own: psycopg.Cursor[Any], known: senders.Memory) -> None:
        missing = {}
        for item in self.items:
            said = item.envelope
            key = (said.source, said.asset_id)
            entry = known.find(key, said.received_at)
            if entry is None:
                missing[key] = (said.protocol, said.received_at)
            else:
                item.sender = entry.sender
        if missing:
            senders.resolve(own, known, missing)
            for item in self.items:
                key = (item.envelope.source, item.envelope.asset_id)
                if key in missing:
                    item.sender = known.entries[key].sender

    def _note_fingerprints(self, own: psycopg.Cursor[Any], links: Links) -> None:
        """Ask the store to note the fingerprint of every row to be that it does not hold within its window."""
        for item in links.rows:
            if item.envelope.protocol == protocols.TIMER:
                continue
            if item.is_heartbeat:
                item.fingerprint, item.window = reading.hourly(item), timedelta(hours=1)
            earlier = self.first.setdefault(item.fingerprint, item)
            if earlier is not item:
                item.verdict = Duplicate(earlier.id)
        if self.first:
            note(own, list(self.first.values()))

    def _type_values(self, links: Links) -> None:
        """Type the values of what may be logged; what turns out impossible goes to quarantine after all."""
        for place, item in enumerate(self.read):
            if isinstance(item, Item) and item.verdict is None:
                try:
                    item.type_values()
                except Impossible as fault:
                    self.read[place] = fault
                    self.impossible.append(item)
                    links.rows.remove(item)

    def _settle_repetitions(self, own: psycopg.Cursor[Any]) -> None:
        if not self.first:
            return
        fresh = {fingerprint.bytes for (fingerprint,) in own.fetchall()}
        repeated = [fingerprint for fingerprint in self.first if fingerprint not in fresh]
        if repeated:
            known = noted(own, repeated)
            for item in self.items:
                if item.fingerprint in known and not isinstance(item.verdict, Folded):
                    item.verdict = Duplicate(known[item.fingerprint])
        wrong = [item.id.bytes for item in self.impossible if item.fingerprint in fresh]
        if wrong:
            own.execute("DELETE FROM signals_seen WHERE id = ANY(%b::uuid[])", [packing.uuids(wrong)])


_NOTE = """
INSERT INTO signals_seen AS s (fingerprint, id, until) SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[])
ON CONFLICT (fingerprint) DO UPDATE SET id = EXCLUDED.id, until = EXCLUDED.until WHERE s.until <= %s
RETURNING fingerprint
"""


def note(own: psycopg.Cursor[Any], items: list[Item]) -> None:
    """Note fingerprints; the answer (`own`) holds those that were not there within their window."""
    items = sorted(items, key=lambda item: item.fingerprint)
    received = [item.envelope.received_at for item in items]
    own.execute(
        _NOTE,
        [
            packing.uuids([item.fingerprint for item in items]),
            packing.uuids([item.id.bytes for item in items]),
            packing.moments([at + item.window for at, item in zip(received, items, strict=True)]),
            max(received),
        ],
        prepare=True,
        binary=True,
    )


def noted(own: psycopg.Cursor[Any], fingerprints: list[bytes]) -> dict[bytes, UUID]:
    """The id of the signal that was accepted first under each fingerprint."""
    own.execute(
        "SELECT fingerprint, id FROM signals_seen WHERE fingerprint = ANY(%b::uuid[])",
        [packing.uuids(fingerprints)],
        binary=True,
    )
    return {fingerprint.bytes: first for fingerprint, first in own.fetchall()}
