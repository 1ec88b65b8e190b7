"""Writing the log: one lock for its order, one COPY a leaf. Nothing else inserts into it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

from linli.signals import packing
from linli.signals.reading import Item

LOCK = 0x4C4E4C03
CHANNEL = "linli_log"
COLUMNS = (
    "log_id", "id", "retention", "protocol", "source", "sequence", "kind", "phase", "occurred_at", "received_at",
    "asset_id", "area_path", "lng", "lat", "values", "late", "deviations", "trust", "clock_skew_seconds", "raw",
    "fingerprint",
)  # fmt: skip
# ltree and jsonb are given in their binary form (a version byte and the text), the one as text, the other as bytes.
TYPES = (
    "int8", "uuid", "text", "text", "text", "text", "text", "text", "timestamptz", "timestamptz", "uuid", "text",
    "float8", "float8", "bytea", "bool", "text[]", "text", "float8", "bytea", "bytea",
)  # fmt: skip
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
        draft = Draft()
        draft.ask(own, cursor(), items)
        draft.write(own, items)


class Draft:
    """Rows on their way into the log: `ask` for numbers and leaves, do something else, `write` what is still wanted."""

    def ask(self, own: psycopg.Cursor[Any], other: psycopg.Cursor[Any], items: list[Item]) -> None:
        """Draw a number for each item, see which leaves are not there, and wake the readers at the commit."""
        self._numbers, self._missing = own, other
        own.execute(NUMBERS, [len(items)], prepare=True)
        other.execute(_MISSING, [sorted({_leaf(item) for item in items})], prepare=True)
        cursor().execute(f"NOTIFY {CHANNEL}")

    def write(self, own: psycopg.Cursor[Any], items: list[Item]) -> int:
        """Append `items` (of those asked for) to the leaves of their class and month; the first one's number."""
        ((first,),) = self._numbers.fetchall()
        for (leaf,) in self._missing.fetchall():
            own.execute("SELECT signals_ensure_partitions(to_date(%s, 'YYYYMM'))", [leaf[-6:]])
        leaves: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for log_id, item in enumerate(items, first):
            leaves[_leaf(item)].append(row(item, log_id))
        for leaf, rows in leaves.items():
            with own.copy(f"COPY {leaf} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(TYPES)
                for values in rows:
                    copy.write_row(values)
        return int(first)


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


def row(item: Item, log_id: int) -> tuple[Any, ...]:
    """The item as one row of the log, in the order of COLUMNS."""
    said, sender = item.envelope, item.sender
    if sender is None:
        asset, area, point, trust = None, None, None, "unregistered"
    else:
        asset, area, point, trust = sender.asset_id, sender.area, sender.point, said.trust
    lng, lat = item.place or point or (None, None)
    return (
        log_id, item.id, item.retention, said.protocol, said.source, said.sequence, item.kind, said.phase,
        item.occurred_at, item.received_at, asset, area, lng, lat, b"\x01" + item.values_json, item.late,
        item.deviations, trust, said.clock_skew_seconds, said.raw, item.fingerprint,
    )  # fmt: skip
