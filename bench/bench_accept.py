"""`accept` against a bare binary COPY: same columns, batches of 500, one commit each, fsync and synchronous_commit on.

The baseline copies finished rows into an unpartitioned table that has only its primary key. `accept` does all the
rest as well, as linli_app with row-level security on: it resolves senders, types values, finds repetitions, keeps
presence, and wakes the readers. Both run in turns in the same process; the ratio must be ≥ 0.5.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.house import open_house

BATCH, ROUNDS, WARM, PANELS = 500, 60, 6, 2000
# What panels of networked alarms say besides heartbeats (which are folded): share in per cent, kind, phase.
MIX: tuple[tuple[int, str, Any], ...] = (
    (26, "alarm.intrusion", "raised"), (24, "alarm.intrusion", "restored"), (12, "state.armed", "info"),
    (12, "state.disarmed", "info"), (16, "test.periodic", "info"), (4, "fault.power.mains", "raised"),
    (3, "fault.power.mains", "restored"), (3, "alarm.panic", "raised"),
)  # fmt: skip


COLUMNS = (
    "log_id", "id", "retention", "protocol", "source", "sequence", "kind", "phase", "occurred_at", "received_at",
    "asset_id", "area_path", "lng", "lat", "values", "late", "deviations", "trust", "clock_skew_seconds", "raw",
    "fingerprint",
)  # fmt: skip
# ltree and jsonb go as their binary form: a version byte and the text.
TYPES = (
    "int8", "uuid", "text", "text", "text", "text", "text", "text", "timestamptz", "timestamptz", "uuid", "bytea",
    "float8", "float8", "bytea", "bool", "text[]", "text", "float8", "bytea", "bytea",
)  # fmt: skip


def main() -> None:
    """Print both rates and the ratio."""
    open_house()
    _furnish()
    gc.collect()
    gc.freeze()  # as the gateway does
    chance = random.Random(20260520)
    ours, bare = [], []
    for number in range(ROUNDS + WARM):
        batch = _envelopes(chance, number)
        taken = _accept(batch)
        copied = _copy(_rows_of(batch))
        if number >= WARM:
            ours.append(taken)
            bare.append(copied)
    rate, base = BATCH / statistics.median(ours), BATCH / statistics.median(bare)
    print(f"bare COPY {base:9,.0f} rows/s     (median of {ROUNDS} batches of {BATCH}, one commit each)")
    print(f"accept    {rate:9,.0f} signals/s")
    print(f"accept / bare COPY = {rate / base:.2f}   (wanted: 0.50 or more)")


def _furnish() -> None:
    from django.db import connections
    from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

    from linli.registers.models import Asset
    from linli.signals.accept import accept
    from linli.signals.envelope import Envelope
    from linli.signals.kinds import HOUSE_KINDS
    from linli.signals.models import Line
    from linli.signals.registry import signal_kinds

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_twin (LIKE signals_log); ALTER TABLE bench_twin ADD PRIMARY KEY (log_id);"
            "GRANT INSERT ON bench_twin TO linli_app"
        )
    if not len(signal_kinds):
        signal_kinds.install(HOUSE_KINDS)
    place = {"area_path": "34.3417.341702", "lng": 117.4, "lat": 30.6, "in_use": DateRange(None, None)}
    assets = Asset.objects.bulk_create(
        Asset(number=f"AL-{number}", name=f"演示·系统 {number}", type="networked_alarms.system", **place)
        for number in range(PANELS)
    )
    Line.objects.bulk_create(
        Line(protocol="dc09", identity=f"{number:06}", asset=asset, during=DateTimeTZRange(None, None))
        for number, asset in enumerate(assets)
    )
    now = datetime.now(UTC)
    beat: dict[str, Any] = {
        "protocol": "dc09",
        "kind": "status.heartbeat",
        "phase": "info",
        "occurred_at": now,
        "received_at": now,
    }
    accept([Envelope(source=f"dc09:{number:06}", **beat) for number in range(PANELS)])


def _envelopes(chance: random.Random, number: int) -> list[Any]:
    from linli.signals.envelope import Envelope

    now = datetime.now(UTC) + timedelta(seconds=number)
    kinds = chance.choices(MIX, weights=[share for share, *_ in MIX], k=BATCH)
    made = []
    for place, (_share, kind, phase) in enumerate(kinds):
        panel, zone = chance.randrange(PANELS), f"{chance.randrange(16):03}"
        frame = f'\n0A1B0058"SIA-DCS"{place:04}L0#{panel:06}[#{panel:06}|Nri1/BA{zone}]_11:22:33,05-20-2026\r'.encode()
        values = {"code": "BA", "format": "SIA", "area": "1", "zone": zone, "text": "演示"}
        made.append(
            Envelope(
                protocol="dc09", source=f"dc09:{panel:06}", kind=kind, phase=phase, occurred_at=now, received_at=now,
                sequence=f"{number:04}:{place}", raw=frame, body=frame, values=values,
            )
        )  # fmt: skip
    return made


def _accept(batch: list[Any]) -> float:
    from linli.signals.accept import accept

    began = time.perf_counter()
    accept(batch)
    return time.perf_counter() - began


def _rows_of(batch: list[Any]) -> list[tuple[Any, ...]]:
    """The rows the log got from `batch`, as the baseline writes them."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('linli.post', 'system', false)")
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM signals_log WHERE sequence = ANY(%s) ORDER BY log_id",
            [[envelope.sequence for envelope in batch]],
        )
        return [_bare(row) for row in cursor.fetchall()]


def _bare(row: tuple[Any, ...]) -> tuple[Any, ...]:
    values = list(row)
    values[11] = None if row[11] is None else b"\x01" + row[11].encode()
    values[14] = b"\x01" + (row[14] if isinstance(row[14], str) else json.dumps(row[14])).encode()
    return tuple(values)


def _copy(rows: list[tuple[Any, ...]]) -> float:
    import psycopg
    from django.db import connection, transaction

    began = time.perf_counter()
    with transaction.atomic():
        cursor = psycopg.Cursor(connection.connection)
        with cursor.copy(f"COPY bench_twin ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(TYPES)
            for row in rows:
                copy.write_row(row)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
