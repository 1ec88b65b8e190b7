"""Which signals are repetitions: their fingerprint was accepted before, within the window of their protocol."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

import psycopg

from linli.signals import packing, protocols
from linli.signals.envelope import Duplicate
from linli.signals.kinds import HEARTBEAT
from linli.signals.reading import Item

_NOTE = """
WITH noted AS (
    INSERT INTO signals_seen AS s (fingerprint, id, until)
    SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[])
    ON CONFLICT (fingerprint) DO UPDATE SET id = EXCLUDED.id, until = EXCLUDED.until WHERE s.until <= %s
    RETURNING fingerprint)
SELECT count(*), CASE WHEN count(*) < %s THEN array_agg(fingerprint) END FROM noted
"""
_AN_HOUR = timedelta(hours=1)


class Repetitions:
    """`ask` the store to note fingerprints, do something else, `settle` what it held already."""

    def __init__(self) -> None:
        self._first: dict[bytes, Item] = {}
        self._again: list[Item] = []
        self._asked: list[Item] = []

    def ask(self, own: psycopg.Cursor[Any], items: list[Item]) -> None:
        """Note the fingerprints of `items`; equal ones among them are repetitions at once."""
        self._asked = []
        for item in items:
            earlier = self._first.setdefault(item.fingerprint, item)
            if earlier is item:
                self._asked.append(item)
            else:
                item.verdict = Duplicate(UUID(bytes=earlier.id.bytes))
                self._again.append(item)
        if self._asked:
            _note(own, self._asked)

    def settle(self, own: psycopg.Cursor[Any]) -> None:
        """Mark what the store held within its window as repetitions of what it names."""
        if not self._asked:
            return
        ((count, noted),) = own.fetchall()
        if count == len(self._asked):
            return
        fresh = {fingerprint.bytes for fingerprint in noted or ()}
        known = _known(own, [item.fingerprint for item in self._asked if item.fingerprint not in fresh])
        for item in [*self._asked, *self._again]:
            if item.fingerprint in known:
                item.verdict = Duplicate(known[item.fingerprint])


def forget(own: psycopg.Cursor[Any], items: list[Item]) -> None:
    """What was noted for these was no signal after all."""
    own.execute(
        "DELETE FROM signals_seen WHERE id = ANY(%b::uuid[])", [packing.uuids([item.id.bytes for item in items])]
    )


def _note(own: psycopg.Cursor[Any], items: list[Item]) -> None:
    items = sorted(items, key=attrgetter("fingerprint"))  # neighbours in the index, too
    columns = [
        packing.uuids([item.fingerprint for item in items]),
        packing.uuids([item.id.bytes for item in items]),
        packing.moments([item.received_at + _window(item) for item in items]),
    ]
    newest = max([item.received_at for item in items])
    own.execute(_NOTE, [*columns, newest, len(items)], prepare=True, binary=True)


def _window(item: Item) -> timedelta:
    return _AN_HOUR if item.kind == HEARTBEAT else protocols.of(item.envelope.protocol).window


def _known(own: psycopg.Cursor[Any], fingerprints: list[bytes]) -> dict[bytes, UUID]:
    own.execute(
        "SELECT fingerprint, id FROM signals_seen WHERE fingerprint = ANY(%b::uuid[])",
        [packing.uuids(fingerprints)],
        binary=True,
    )
    return {fingerprint.bytes: first for fingerprint, first in own.fetchall()}
