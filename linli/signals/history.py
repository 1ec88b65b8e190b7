"""History of assets: what was so from when to when. Every as-of and every sum of time reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg


class Change(NamedTuple):
    """From `at` on, `what` of the asset has `value` ("" = it is over); until `until` when late data corrects history."""

    what: str
    value: str
    at: datetime
    cause: str
    until: datetime | None = None


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
        _begin(own, [interval for key, line in by_condition.items() for interval in _intervals(key, line)])
    for asset, change in late:
        _correct(own, asset, change)


def _begin(own: psycopg.Cursor[Any], intervals: list[tuple[Any, ...]]) -> None:
    if intervals:
        own.execute(_BEGIN, [list(column) for column in zip(*intervals, strict=True)], prepare=True)


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
    _begin(own, begun)


def _cut(own: psycopg.Cursor[Any], row: int, since: datetime | None, at: datetime) -> None:
    """End an interval at `at`; one that would begin there too goes."""
    if since == at:
        own.execute("DELETE FROM signals_interval WHERE id = %s", [row])
    else:
        own.execute("UPDATE signals_interval SET during = tstzrange(%s, %s) WHERE id = %s", [since, at, row])
