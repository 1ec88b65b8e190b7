"""The follower: reads the log in its order and derives each asset's conditions and their history.

The engine of rules drives it (`Follower` inside its own transaction, so that a decision, the state it saw and the
cursor are committed together); `run_once` drives it alone. One at a time: the cursor's row is its lease.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from psycopg.types.json import set_json_loads

from linli.base import clock, visibility
from linli.signals import logbook
from linli.signals.heard import Heard
from linli.signals.history import Change, write_history
from linli.signals.state import State, step

READER = "follow"
COLUMNS = (
    "last_seen", "last_log_id", "armed", "areas", "faults", "alarms", "changed", "measures", "battery",
    "maintenance_until", "muted_until",
)  # fmt: skip
_JSON = frozenset({"areas", "faults", "alarms", "changed", "measures"})
_TYPES = {
    "last_seen": "timestamptz", "last_log_id": "bigint", "armed": "text", "battery": "float8",
    "maintenance_until": "timestamptz", "muted_until": "timestamptz",
}  # fmt: skip

HEARD = """
SELECT log_id, id, protocol, source, sequence, kind, phase, occurred_at, received_at, asset_id, area_path::text,
       lng, lat, values, late, deviations, trust
FROM signals_log
"""
_NEXT = HEARD + "WHERE log_id > %s ORDER BY log_id LIMIT %s"
_STATES = f"SELECT asset_id, {', '.join(COLUMNS)} FROM signals_assetstate WHERE asset_id = ANY(%s)"
_SAVE = (
    f"INSERT INTO signals_assetstate AS s (asset_id, {', '.join(COLUMNS)}) SELECT asset_id, "
    + ", ".join(f"{name}::jsonb" if name in _JSON else name for name in COLUMNS)
    + " FROM unnest(%s::uuid[], "
    + ", ".join(f"%s::{_TYPES.get(name, 'text')}[]" for name in COLUMNS)
    + f") AS n(asset_id, {', '.join(COLUMNS)}) ON CONFLICT (asset_id) DO UPDATE SET "
    + "last_seen = greatest(s.last_seen, EXCLUDED.last_seen), "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS if name != "last_seen")
)


def run_once(limit: int = 500) -> int:
    """Follow up to `limit` rows of the log; returns how many (0 too when another follower is at work)."""
    with transaction.atomic(), visibility.system():
        follower = Follower(logbook.cursor())
        for heard in follower.read(limit):
            follower.step(heard)
        follower.save()
    return follower.count


def catch_up() -> int:
    """Follow to the end of the log; returns how many rows that were."""
    total = 0
    while done := run_once():
        total += done
    return total


class Follower:
    """One stretch of the log: `read`, then `step` each signal in order, then `save`, all in one transaction."""

    def __init__(self, own: psycopg.Cursor[Any]) -> None:
        self.own = own
        set_json_loads(orjson.loads, context=own)
        self.count = 0
        self.last = 0
        self.states: dict[UUID, State] = {}
        self.touched: dict[UUID, State] = {}
        self.changes: list[tuple[UUID, Change]] = []

    def read(self, limit: int) -> list[Heard]:
        """The next signals behind the cursor, their assets' states at hand; [] when another follower is at work."""
        self.own.execute("INSERT INTO signals_cursor (reader, log_id, moved_at) VALUES (%s, 0, %s)"
                         " ON CONFLICT DO NOTHING", [READER, clock.now()])  # fmt: skip
        self.own.execute("SELECT log_id FROM signals_cursor WHERE reader = %s FOR UPDATE SKIP LOCKED", [READER])
        lease = self.own.fetchone()
        if lease is None:
            return []
        self.own.execute(_NEXT, [lease[0], limit], prepare=True, binary=True)
        heard = [as_heard(row) for row in self.own.fetchall()]
        self.count = len(heard)
        self.last = heard[-1].log_id if heard else lease[0]
        self._load({signal.asset_id for signal in heard if signal.asset_id})
        return heard

    def _load(self, assets: set[UUID]) -> None:
        if assets:
            self.own.execute(_STATES, [list(assets)], prepare=True, binary=True)
            self.states = {asset: State(asset, *was) for asset, *was in self.own.fetchall()}

    def step(self, heard: Heard) -> State | None:
        """Move the asset's state over `heard`; returns what was so *before* it (None: no asset)."""
        if heard.asset_id is None:
            return None
        before = self.states.get(heard.asset_id) or State(heard.asset_id)
        after, changes = step(before, heard)
        self.states[heard.asset_id] = self.touched[heard.asset_id] = after
        self.changes += [(heard.asset_id, change) for change in changes]
        return before

    def save(self) -> None:
        """Write states, history and the cursor."""
        if not self.count:
            return
        rows = [_columns(state) for state in self.touched.values()]
        if rows:
            self.own.execute(_SAVE, [list(column) for column in zip(*rows, strict=True)], prepare=True)
        write_history(self.own, self.changes)
        self.own.execute(
            "UPDATE signals_cursor SET log_id = %s, moved_at = %s WHERE reader = %s", [self.last, clock.now(), READER]
        )


def as_heard(row: tuple[Any, ...]) -> Heard:
    """A row of HEARD as a signal."""
    (log_id, id, protocol, source, sequence, kind, phase, occurred_at, received_at, asset_id, area_path, lng, lat,
     values, late, deviations, trust) = row  # fmt: skip
    place = None if lng is None or lat is None else (lng, lat)
    return Heard(log_id, id, protocol, source, sequence, kind, phase, occurred_at, received_at, asset_id, area_path,
                 place, values, late, tuple(deviations), trust)  # fmt: skip


def _columns(state: State) -> list[Any]:
    values: list[Any] = [state.asset_id]
    for name in COLUMNS:
        value = getattr(state, name)
        values.append(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if name in _JSON else value)
    return values
