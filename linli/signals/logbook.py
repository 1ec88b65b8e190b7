"""Writing the log: one lock for its order, one COPY a leaf. Nothing else inserts into it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
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
# ltree and jsonb are sent as their binary form (a version byte and the text), hence bytea.
TYPES = (
    "int8", "uuid", "text", "text", "text", "text", "text", "text", "timestamptz", "timestamptz", "uuid", "bytea",
    "float8", "float8", "bytea", "bool", "text[]", "text", "float8", "bytea", "bytea",
)  # fmt: skip
TAKE_LOCK = "SELECT pg_advisory_xact_lock(%s), set_config('synchronous_commit', 'on', true)"
NUMBERS = "SELECT nextval('signals_log_order') FROM generate_series(1, %s)"


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
        own.execute(NUMBERS, [len(items)], prepare=True)
        write(own, items, [number for (number,) in own.fetchall()])
        own.execute(f"NOTIFY {CHANNEL}")


def write(own: psycopg.Cursor[Any], items: list[Item], log_ids: list[int]) -> None:
    """Append `items` to the leaves of their class and month."""
    leaves: dict[tuple[str, int, int], list[tuple[Any, ...]]] = defaultdict(list)
    for item, log_id in zip(items, log_ids, strict=False):
        received = item.received_at
        if received.tzinfo is not UTC:
            received = received.astimezone(UTC)
        leaves[item.retention, received.year, received.month].append(row(item, log_id))
    for (retention, year, month), rows in leaves.items():
        leaf = f"signals_log_{retention}_{year:04}{month:02}"
        _ensure(own, leaf)
        with own.copy(f"COPY {leaf} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(TYPES)
            for values in rows:
                copy.write_row(values)


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


def _ensure(own: psycopg.Cursor[Any], leaf: str) -> None:
    """Make the leaf of a month that nobody foresaw."""
    own.execute("SELECT to_regclass(%s)", [leaf], prepare=True)
    if own.fetchall() == [(None,)]:
        own.execute("SELECT signals_ensure_partitions(to_date(%s, 'YYYYMM'))", [leaf[-6:]])
