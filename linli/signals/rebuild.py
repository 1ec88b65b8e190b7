"""Build asset states and history again from the log: the proof that they hold nothing the log does not."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from linli.base import visibility
from linli.signals import kinds, logbook
from linli.signals.follow import HEARD, READER, Follower, as_heard
from linli.signals.heard import Heard
from linli.signals.history import Change, write_history
from linli.signals.links import PRESENCE, SUPERVISION

CHUNK = 2000
_EMPTY = """
UPDATE signals_assetstate SET presence = 'never', supervised = false, last_seen = NULL, last_log_id = NULL, armed = '',
    areas = '{}', faults = '{}', alarms = '{}', changed = '{}', measures = '{}', lng = NULL, lat = NULL,
    position_at = NULL, position_logged_at = NULL, battery = NULL, gateway = '', due_late_at = NULL,
    maintenance_until = NULL, muted_until = NULL
WHERE asset_id IN (SELECT asset_id FROM signals_log)
"""
# What was so before the log begins stays as it is known.
_FORGET = """
WITH first AS (SELECT asset_id, min(least(occurred_at, received_at)) AS at FROM signals_log
               WHERE asset_id IS NOT NULL GROUP BY asset_id),
gone AS (DELETE FROM signals_interval i USING first f
         WHERE i.asset_id = f.asset_id AND NOT lower_inf(i.during) AND lower(i.during) >= f.at)
UPDATE signals_interval i SET during = tstzrange(lower(i.during), f.at) FROM first f
WHERE i.asset_id = f.asset_id AND i.during @> f.at AND (lower_inf(i.during) OR lower(i.during) < f.at)
"""
_LINKS = """
INSERT INTO signals_assetstate AS s (asset_id, presence, supervised, gateway, due_late_at, lng, lat, position_at,
                                     position_logged_at)
SELECT asset_id, presence, supervised, gateway, last_seen, lng, lat, position_at, position_at
FROM unnest(%s::uuid[], %s::text[], %s::boolean[], %s::text[], %s::timestamptz[], %s::float8[], %s::float8[],
            %s::timestamptz[]) AS n(asset_id, presence, supervised, gateway, last_seen, lng, lat, position_at)
ON CONFLICT (asset_id) DO UPDATE SET presence = EXCLUDED.presence, supervised = EXCLUDED.supervised,
    gateway = EXCLUDED.gateway, due_late_at = EXCLUDED.due_late_at, lng = EXCLUDED.lng, lat = EXCLUDED.lat,
    position_at = EXCLUDED.position_at, position_logged_at = EXCLUDED.position_logged_at
"""


def rebuild() -> int:
    """Empty states and history of what the log mentions, read it all, write them again; returns how many signals.

    One transaction under the lock of the log: gateways wait (and senders repeat) until it is done. As far back as the
    log reaches; last sign of life and position to the grain of the log, since what was folded stands nowhere else.
    """
    with transaction.atomic(), visibility.system():
        own = logbook.cursor()
        logbook.lock(own)
        own.execute("SELECT log_id FROM signals_cursor WHERE reader = %s FOR UPDATE", [READER])
        own.execute(_EMPTY)
        own.execute(_FORGET)
        own.execute("INSERT INTO signals_change (asset_ids) VALUES (NULL)")
        building = Building(own)
        last, total = 0, 0
        while rows := _after(own, last):
            building.take(rows)
            last, total = rows[-1].log_id, total + len(rows)
        building.finish(last)
    return total


def _after(own: psycopg.Cursor[Any], log_id: int) -> list[Heard]:
    own.execute(f"{HEARD} WHERE log_id > %s ORDER BY log_id LIMIT %s", [log_id, CHUNK], prepare=True, binary=True)
    return [as_heard(row) for row in own.fetchall()]


class Building:
    """States of all assets in memory (a city has some ten thousand), history written chunk by chunk."""

    def __init__(self, own: psycopg.Cursor[Any]) -> None:
        self.follower = Follower(own)
        self.own = own
        self.presence: dict[UUID, str] = defaultdict(lambda: "never")
        self.supervised: dict[UUID, bool] = defaultdict(bool)
        self.gateway: dict[UUID, str] = {}
        self.places: dict[UUID, tuple[tuple[float, float], datetime]] = {}

    def take(self, rows: list[Heard]) -> None:
        """Go over some signals."""
        changes: list[tuple[UUID, Change]] = []
        for heard in rows:
            self.follower.step(heard)
            if heard.asset_id is not None:
                changes += [(heard.asset_id, change) for change in self._link(heard, heard.asset_id)]
        write_history(self.own, [*changes, *self.follower.changes])
        self.follower.changes.clear()

    def _link(self, heard: Heard, asset: UUID) -> list[Change]:
        """Presence, supervision and position, as `links` settled them when they were heard."""
        cause = str(heard.facts.get("cause", ""))
        if heard.by_house and heard.kind in PRESENCE:
            self.presence[asset] = PRESENCE[heard.kind]
            return [Change("presence", self.presence[asset], heard.occurred_at, cause)]
        if heard.by_house and heard.kind in SUPERVISION:
            self.supervised[asset] = SUPERVISION[heard.kind]
            return [Change("supervised", "yes" if self.supervised[asset] else "", heard.occurred_at, cause)]
        if heard.by_device:
            self.gateway[asset] = heard.protocol
        if heard.kind == kinds.POSITION and not heard.late and heard.place is not None:
            known = self.places.get(asset)
            if known is None or heard.received_at >= known[1]:
                self.places[asset] = (heard.place, heard.received_at)
        return []

    def finish(self, last: int) -> None:
        """Write every state; silence is looked at anew."""
        self.follower.count, self.follower.last = 1, last
        self.follower.save()
        assets = list({*self.presence, *self.supervised, *self.gateway, *self.places})
        places = [self.places.get(asset, ((None, None), None)) for asset in assets]
        seen = [self.follower.states[asset].last_seen if asset in self.follower.states else None for asset in assets]
        columns: list[list[Any]] = [
            assets,
            [self.presence[asset] for asset in assets],
            [self.supervised[asset] for asset in assets],
            [self.gateway.get(asset, "") for asset in assets],
            seen,
            [place[0] for place, _at in places],
            [place[1] for place, _at in places],
            [at for _place, at in places],
        ]
        self.own.execute(_LINKS, columns)
