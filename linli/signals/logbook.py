"""Writing the log: one lock for its order, one COPY a leaf. Nothing else inserts into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

from linli.signals import packing
from linli.signals.envelope import Accepted
from linli.signals.reading import Item
from linli.signals.rows import COLUMNS, copied, packed

LOCK = 0x4C4E4C03
CHANNEL = "linli_log"
TAKE_LOCK = "SELECT pg_advisory_xact_lock(%s), set_config('synchronous_commit', 'on', true)"
# Drawn under the lock, so they follow one another without a gap.
NUMBERS = "SELECT min(nextval('signals_log_order')) FROM generate_series(1, %s)"
_MISSING = "SELECT leaf FROM unnest(%s::text[]) AS leaf WHERE to_regclass(leaf) IS NULL"


def raw_connection() -> psycopg.Connection[Any]:
    """psycopg's own connection under Django's (and under its pool's proxy)."""
    connection.ensure_connection()
    raw = connection.connection
    while not isinstance(raw, psycopg.Connection):
        raw = raw.connection
    return raw


def cursor() -> psycopg.Cursor[Any]:
    """A cursor of the transaction's own connection that binds on the server and prepares what it repeats."""
    own = psycopg.Cursor(raw_connection())
    packing.know(own)
    return own


def lock(own: psycopg.Cursor[Any]) -> None:
    """Hold the order of the log until the end of the transaction: numbers drawn now are the order of commit."""
    own.execute(TAKE_LOCK, [LOCK], prepare=True)


def append(own: psycopg.Cursor[Any], items: list[Item]) -> None:
    """Draw numbers for `items` and append them; the lock must be held."""
    if items:
        draft = Draft(own, len(items))
        draft.prepare(items)
        draft.write(own)


class Draft:
    """Rows on their way into the log: numbers are asked for, rows are packed meanwhile, `write` appends them."""

    def __init__(self, own: psycopg.Cursor[Any], most: int) -> None:
        """Ask for `most` numbers, and wake the readers at the commit."""
        self._numbers, self._most = own, most
        self._rows: list[tuple[Item, int, bytes]] = []
        own.execute(NUMBERS, [most], prepare=True)
        cursor().execute(f"NOTIFY {CHANNEL}")

    def prepare(self, items: list[Item]) -> None:
        """Number and pack `items`, which come after those prepared before. Numbers left over are not used."""
        ((first,),) = self._numbers.fetchall()
        if len(items) > self._most:  # the house itself has something to say of many links
            self._numbers.execute(NUMBERS, [len(items) - self._most], prepare=True)
            self._numbers.fetchall()  # they follow those we have: nobody else draws while the lock is held
        self._rows = [(item, log_id, packed(item, log_id)) for log_id, item in enumerate(items, first)]

    def write(self, own: psycopg.Cursor[Any]) -> None:
        """Append those without a verdict, each to the leaf of its class and month, and give them theirs."""
        leaves: dict[str, list[bytes]] = defaultdict(list)
        for item, log_id, row in self._rows:
            if item.verdict is None:
                item.verdict = Accepted(item.id.bytes, log_id)
                leaves[_leaf(item)].append(row)
        if leaves:
            _ensure(own, leaves)
        for leaf, rows in leaves.items():
            with own.copy(f"COPY {leaf} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(copied(rows))


def _ensure(own: psycopg.Cursor[Any], leaves: Iterable[str]) -> None:
    """Make the leaves that are not there."""
    own.execute(_MISSING, [list(leaves)], prepare=True)
    for (leaf,) in own.fetchall():
        own.execute("SELECT signals_ensure_partitions(to_date(%s, 'YYYYMM'))", [leaf[-6:]])


def _leaf(item: Item) -> str:
    """The table of its class and month (UTC)."""
    received = item.received_at
    return _leaf_name(item.retention, received.year, received.month) if received.tzinfo is UTC else _leaf_at(item)


def _leaf_at(item: Item) -> str:
    received = item.received_at.astimezone(UTC)
    return _leaf_name(item.retention, received.year, received.month)


@lru_cache(maxsize=512)
def _leaf_name(retention: str, year: int, month: int) -> str:
    return f"signals_log_{retention}_{year:04}{month:02}"
