"""Asset states and their history on disk: read by `senders`, written here, a batch at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg

from linli.signals.senders import STATE_COLUMNS
from linli.signals.state import Change, State

_TYPES = {
    "presence": "text", "supervised": "boolean", "last_seen": "timestamptz", "last_log_id": "bigint", "armed": "text",
    "areas": "jsonb", "faults": "jsonb", "alarms": "jsonb", "changed": "jsonb", "lng": "float8", "lat": "float8",
    "position_at": "timestamptz", "position_logged_at": "timestamptz", "battery": "float8", "gateway": "text",
    "due_late_at": "timestamptz",
}  # fmt: skip
_WHOLE = (
    f"INSERT INTO signals_assetstate (asset_id, {', '.join(STATE_COLUMNS)}) SELECT * FROM unnest(%s::uuid[], "
    + ", ".join(f"%s::{'text' if _TYPES[name] == 'jsonb' else _TYPES[name]}[]" for name in STATE_COLUMNS)
    + f") AS n(asset_id, {', '.join(STATE_COLUMNS)}) ON CONFLICT (asset_id) DO UPDATE SET "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in STATE_COLUMNS)
).replace("SELECT *", "SELECT asset_id, " + ", ".join(
    f"{name}::jsonb" if _TYPES[name] == "jsonb" else name for name in STATE_COLUMNS))  # fmt: skip
_SEEN = """
UPDATE signals_assetstate s SET last_seen = n.last_seen, last_log_id = COALESCE(n.last_log_id, s.last_log_id)
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[]) AS n(asset_id, last_seen, last_log_id)
WHERE s.asset_id = n.asset_id
"""
_COUNT = """
INSERT INTO signals_foldedcount (asset_id, hour, count) SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::int[])
ON CONFLICT (asset_id, hour) DO UPDATE SET count = signals_foldedcount.count + EXCLUDED.count
"""


def save(own: psycopg.Cursor[Any], whole: Iterable[State], seen_only: Iterable[State]) -> None:
    """Write states: all columns of `whole`, only the last sign of life of `seen_only` (the usual heartbeat)."""
    columns = [_columns(state) for state in whole]
    if columns:
        own.execute(_WHOLE, [list(column) for column in zip(*columns, strict=True)], prepare=True)
    seen = [(state.asset_id, state.last_seen, state.last_log_id) for state in seen_only]
    if seen:
        own.execute(_SEEN, [list(column) for column in zip(*seen, strict=True)], prepare=True)


def _columns(state: State) -> list[Any]:
    values: list[Any] = [state.asset_id]
    for name in STATE_COLUMNS:
        value = getattr(state, name)
        values.append(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if isinstance(value, dict) else value)
    return values


def count_folded(own: psycopg.Cursor[Any], folded: Counter[tuple[UUID, datetime]]) -> None:
    """Add to the hourly counts of what was folded."""
    if folded:
        rows = [(asset, hour, count) for (asset, hour), count in sorted(folded.items())]
        own.execute(_COUNT, [list(column) for column in zip(*rows, strict=True)], prepare=True)


_END = """
WITH ending AS (SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS e(asset_id, what, at)),
gone AS (DELETE FROM signals_interval i USING ending e
         WHERE i.asset_id = e.asset_id AND i.what = e.what AND upper_inf(i.during) AND lower(i.during) >= e.at)
UPDATE signals_interval i SET during = tstzrange(lower(i.during), e.at) FROM ending e
WHERE i.asset_id = e.asset_id AND i.what = e.what AND upper_inf(i.during)
  AND (lower_inf(i.during) OR lower(i.during) < e.at)
"""
_BEGIN = """
INSERT INTO signals_interval (asset_id, what, value, during, cause)
SELECT asset_id, what, value, tstzrange(since, until), cause
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[])
     AS b(asset_id, what, value, since, until, cause)
"""


def write_history(own: psycopg.Cursor[Any], changes: list[tuple[UUID, Change]]) -> None:
    """Write changes, in the order they were made: ends of open intervals, then new ones; late corrections last."""
    by_condition: dict[tuple[UUID, str], list[Change]] = defaultdict(list)
    late = []
    for asset, change in changes:
        if change.until is None:
            by_condition[asset, change.what].append(change)
        else:
            late.append((asset, change))
    if by_condition:
        ends = [(asset, what, line[0].at) for (asset, what), line in by_condition.items()]
        own.execute(_END, [list(column) for column in zip(*ends, strict=True)], prepare=True)
        begun = [interval for key, line in by_condition.items() for interval in _intervals(key, line)]
        if begun:
            own.execute(_BEGIN, [list(column) for column in zip(*begun, strict=True)], prepare=True)
    for asset, change in late:
        _correct(own, asset, change)


def _intervals(key: tuple[UUID, str], line: list[Change]) -> Iterable[tuple[Any, ...]]:
    """The intervals that a line of changes of one condition makes; those of no length are nothing."""
    for change, following in zip(line, [*line[1:], None], strict=True):
        until = following.at if following else None
        if change.value and (until is None or change.at < until):
            yield (*key, change.value[:64], change.at, until, change.cause[:64])


def _correct(own: psycopg.Cursor[Any], asset: UUID, change: Change) -> None:
    """Late data: `change.value` held from `change.at` until the next thing known of the condition."""
    own.execute(
        "SELECT id, value, cause, lower(during), upper(during) FROM signals_interval"
        " WHERE asset_id = %s AND what = %s AND during && tstzrange(%s, %s) ORDER BY lower(during) NULLS FIRST",
        [asset, change.what, change.at, change.until],
    )
    until, begun = change.until, []
    for row, value, cause, since, end in own.fetchall():
        if since is not None and since > change.at:
            until = min(until, since) if until else since
            break
        if value == change.value:
            return
        _cut(own, row, since, change.at)
        if until and (end is None or until < end):
            begun.append((asset, change.what, value, until, end, cause))
        until = min(until, end) if until and end else until or end
    if change.value and (until is None or change.at < until):
        begun.append((asset, change.what, change.value[:64], change.at, until, change.cause[:64]))
    if begun:
        own.execute(_BEGIN, [list(column) for column in zip(*begun, strict=True)])


def _cut(own: psycopg.Cursor[Any], row: int, since: datetime | None, at: datetime) -> None:
    """End an interval at `at`; one that would begin there too goes."""
    if since == at:
        own.execute("DELETE FROM signals_interval WHERE id = %s", [row])
    else:
        own.execute("UPDATE signals_interval SET during = tstzrange(%s, %s) WHERE id = %s", [since, at, row])
