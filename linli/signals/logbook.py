"""Writing the log: one lock for its order, one COPY a leaf. Nothing else inserts into it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from typing import Any

import psycopg
from django.db import connection

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


def cursor() -> psycopg.Cursor[Any]:
    """A cursor of the transaction's own connection that binds on the server and prepares what it repeats."""
    connection.ensure_connection()
    raw = connection.connection
    while not isinstance(raw, psycopg.Connection):
        raw = raw.connection
    return psycopg.Cursor(raw)


def lock(own: psycopg.Cursor[Any]) -> None:
    """Hold the order of the log until the end of the transaction: numbers drawn now are the order of commit."""
    own.execute("SELECT pg_advisory_xact_lock(%s), set_config('synchronous_commit', 'on', true)", [LOCK], prepare=True)


def numbers(own: psycopg.Cursor[Any], count: int) -> list[int]:
    """The next `count` numbers of the log; the lock must be held."""
    own.execute("SELECT nextval('signals_log_order') FROM generate_series(1, %s)", [count], prepare=True)
    return [number for (number,) in own.fetchall()]


def write(own: psycopg.Cursor[Any], items: list[Item], log_ids: list[int]) -> None:
    """Append `items` to the leaves of their class and month; the readers wake at commit."""
    leaves: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for item, log_id in zip(items, log_ids, strict=True):
        moment = item.received_at.astimezone(UTC)
        leaves[item.retention, f"{moment.year:04}{moment.month:02}"].append(row(item, log_id))
    for (retention, month), rows in leaves.items():
        leaf = _leaf(own, retention, month)
        with own.copy(f"COPY {leaf} ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(TYPES)
            for values in rows:
                copy.write_row(values)
    own.execute(f"NOTIFY {CHANNEL}")


def row(item: Item, log_id: int) -> tuple[Any, ...]:
    """The item as the columns of the log."""
    said = item.envelope
    sender = item.sender
    asset, area, point = (sender.asset_id, sender.area_path, sender.point) if sender else (None, None, None)
    lng, lat = item.place or point or (None, None)
    return (
        log_id, item.id, item.retention, said.protocol, said.source, said.sequence, item.kind, item.phase,
        item.occurred_at, item.received_at, asset, _ltree(area), lng, lat, b"\x01" + item.values_json,
        item.late, item.deviations, said.trust if asset else "unregistered", said.clock_skew_seconds, said.raw,
        item.fingerprint,
    )  # fmt: skip


def _ltree(path: str | None) -> bytes | None:
    return None if path is None else b"\x01" + path.encode()


def _leaf(own: psycopg.Cursor[Any], retention: str, month: str) -> str:
    """The table of a class and month; made when it is not there (a month nobody foresaw)."""
    leaf = f"signals_log_{retention}_{month}"
    own.execute("SELECT to_regclass(%s)", [leaf], prepare=True)
    if own.fetchall() == [(None,)]:
        own.execute("SELECT signals_ensure_partitions(to_date(%s, 'YYYYMM'))", [month])
    return leaf
