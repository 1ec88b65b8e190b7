"""Who speaks: from the sender's identity by its line to the asset, with what was so of it until now.

Read anew for each batch, in the batch's own transaction and under its lock: a line changed a moment ago counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from psycopg.types.json import set_json_loads

from linli.registers.registry import asset_types
from linli.signals import protocols
from linli.signals.envelope import Envelope
from linli.signals.reading import Item
from linli.signals.sender import Sender
from linli.signals.state import State

SUPERVISED_HOURS = 24.0

STATE_COLUMNS = (
    "presence", "supervised", "last_seen", "last_log_id", "armed", "areas", "faults", "alarms", "changed", "lng",
    "lat", "position_at", "position_logged_at", "battery", "gateway", "due_late_at",
)  # fmt: skip


_OF_ASSETS = f"""
SELECT w.key, a.id, a.type, a.area_path::text, a.lng, a.lat, a.supervision, a.settings -> 'supervised_hours',
       (SELECT min(n.interval_seconds) FROM signals_line n WHERE n.asset_id = a.id AND n.during @> w.at),
       w.protocol, s.follow_until, s.asset_id IS NOT NULL, {", ".join("s." + name for name in STATE_COLUMNS)}
FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[])
     AS w(key, protocol, identity, asset_id, at)
LEFT JOIN signals_line l
       ON w.asset_id IS NULL AND l.protocol = w.protocol AND l.identity = w.identity AND l.during @> w.at
JOIN registers_asset a ON a.id = COALESCE(w.asset_id, l.asset_id)
LEFT JOIN signals_assetstate s ON s.asset_id = a.id
"""


def key_of(envelope: Envelope) -> str:
    """What tells senders of a batch apart."""
    return f"{envelope.source}\x1f{envelope.asset_id}" if envelope.asset_id else envelope.source


def resolve(own: psycopg.Cursor[Any], items: Iterable[Item]) -> None:
    """Put its sender on each item that comes from a known one. Several identities of one asset share the sender."""
    by_key: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_key[key_of(item.envelope)].append(item)
    wanted = []
    for key, of_key in by_key.items():
        said = of_key[-1].envelope
        wanted.append((key, said.protocol, said.source.partition(":")[2], said.asset_id, said.received_at))
    for key, sender in _fetch(own, wanted).items():
        for item in by_key[key]:
            item.sender = sender


def of_assets(own: psycopg.Cursor[Any], assets: Iterable[tuple[UUID, str]], now: datetime) -> list[Sender]:
    """The senders of (asset, gateway) pairs, for the sweep."""
    return list(_fetch(own, [(str(asset), gateway, "", asset, now) for asset, gateway in assets]).values())


def _fetch(own: psycopg.Cursor[Any], wanted: list[tuple[Any, ...]]) -> dict[str, Sender]:
    if not wanted:
        return {}
    set_json_loads(orjson.loads, context=own)
    own.execute(_OF_ASSETS, [list(column) for column in zip(*wanted, strict=True)], prepare=True, binary=True)
    by_asset: dict[UUID, Sender] = {}
    senders = {}
    for key, asset, kind, area, lng, lat, supervision, hours, interval, protocol, follow, known, *was in own.fetchall():
        late, offline = _patience(protocol, interval, supervision, kind)
        if asset in by_asset:
            sender = by_asset[asset]
            sender.late_after, sender.offline_after = sender.late_after or late, sender.offline_after or offline
        else:
            sender = by_asset[asset] = Sender(
                asset_id=asset,
                state=State(asset, *was) if known else State(asset),
                area_path=area,
                point=None if lng is None or lat is None else (lng, lat),
                late_after=late,
                offline_after=offline,
                supervised_after=_supervised_after(hours, kind),
                follow_until=follow,
            )
        senders[key] = sender
    return senders


def _patience(
    protocol: str, interval_seconds: int | None, supervision: timedelta | None, kind: str
) -> tuple[timedelta | None, timedelta | None]:
    """Silence until late and until offline: interval of the line, else asset, else type, else protocol."""
    rule = protocols.of(protocol)
    declared = asset_types.get(kind)
    if interval_seconds is not None:
        interval: timedelta | None = timedelta(seconds=interval_seconds)
    else:
        interval = supervision or (declared.supervision if declared else None)
        if interval is None and rule.interval_seconds is not None:
            interval = timedelta(seconds=rule.interval_seconds)
    if not interval or not rule.speaks_for_itself:
        return None, None
    return interval * rule.late, interval * rule.offline


def _supervised_after(hours: Any, kind: str) -> timedelta:
    """A link counts as supervised this long after a sign of life: the asset's setting, else its type's, else 24 h."""
    declared = asset_types.get(kind)
    if not isinstance(hours, int | float) and declared and declared.settings:
        hours = getattr(declared.settings(), "supervised_hours", None)
    usable = isinstance(hours, int | float) and not isinstance(hours, bool) and 0 < hours <= 24 * 366
    return timedelta(hours=hours if usable else SUPERVISED_HOURS)
