"""Who speaks: from the sender's identity by its line to the asset, remembered while nothing of it changes.

What is remembered is checked in every batch, under the lock of the log: whatever changes a line, an asset's place or
presence leaves a row in `signals_change` in its own transaction, so a change counts from its commit on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from psycopg.types.json import set_json_loads

from linli.base import visibility
from linli.registers.registry import asset_types
from linli.signals import protocols
from linli.signals.sender import Sender

SUPERVISED_HOURS = 24.0
MOST_REMEMBERED = 60_000
FORGOTTEN_AFTER = 1800.0
# A sender that is not known now is asked for again after so long, for its line may begin.
UNKNOWN_FOR = timedelta(seconds=30)
_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

Key = tuple[str, UUID | None]


@dataclass(slots=True)
class _Entry:
    sender: Sender | None
    since: datetime
    until: datetime


@dataclass
class Memory:
    """The senders of one database as last seen; `known_changes` are the rows of `signals_change` it knows of.

    `unsettled`: the transaction that last changed it is not known to be committed.
    """

    entries: dict[Key, _Entry] = field(default_factory=dict)
    by_asset: dict[UUID, Sender] = field(default_factory=dict)
    known_changes: set[int] = field(default_factory=set)
    mark: tuple[int, int] = (0, 0)
    checked: float = 0.0
    unsettled: bool = False

    def clear(self) -> None:
        """Forget every sender."""
        self.entries.clear()
        self.by_asset.clear()

    def find(self, key: Key, at: datetime) -> _Entry | None:
        """What is remembered of `key` for the moment `at`."""
        entry = self.entries.get(key)
        return entry if entry is not None and entry.since <= at < entry.until else None


_memories: dict[str, Memory] = {}
MARK = "SELECT count(*), COALESCE(bit_xor(id), 0) FROM signals_change"


def memory(own: psycopg.Cursor[Any], mark: tuple[int, int]) -> Memory:
    """The memory of this database, without what has changed since; `mark` is what MARK says under the lock."""
    name = own.connection.info.dbname
    found = _memories.setdefault(name, Memory())
    now = time.monotonic()
    if found.unsettled or now - found.checked > FORGOTTEN_AFTER or len(found.entries) > MOST_REMEMBERED:
        found.clear()
    found.checked = now
    _settle_at_commit(found)
    if mark != found.mark:
        _forget_changed(own, found, mark[0])
        found.mark = mark
    return found


def _settle_at_commit(found: Memory) -> None:
    """What this batch makes of the memory holds once its transaction is committed, and only then."""

    def settle() -> None:
        found.unsettled = False

    found.unsettled = True
    transaction.on_commit(settle)


def _forget_changed(own: psycopg.Cursor[Any], found: Memory, count: int) -> None:
    known = found.known_changes
    own.execute("SELECT id, asset_ids FROM signals_change WHERE id <> ALL(%s::bigint[])", [list(known)], binary=True)
    fresh = dict(own.fetchall())
    if count != len(known) + len(fresh) or None in fresh.values():
        # Rows we knew are gone (swept, or their transaction was taken back), or anything may have changed.
        found.clear()
        own.execute("SELECT id FROM signals_change", binary=True)
        found.known_changes = {change for (change,) in own.fetchall()}
        return
    gone = {asset for assets in fresh.values() for asset in assets}
    for key in [key for key, entry in found.entries.items() if entry.sender and entry.sender.asset_id in gone]:
        del found.entries[key]
    for asset in gone:
        found.by_asset.pop(asset, None)
    found.known_changes = known | fresh.keys()


def changed(own: psycopg.Cursor[Any], assets: Iterable[UUID]) -> None:
    """Leave word that presence or patience of these assets is not what others remember."""
    listed = list(assets)
    if listed:
        own.execute("INSERT INTO signals_change (asset_ids) VALUES (%s::uuid[])", [listed])


_OF_ASSETS = """
SELECT w.place, a.id, a.type, a.area_path::text, a.lng, a.lat, a.supervision, a.settings -> 'supervised_hours',
       (SELECT min(n.interval_seconds) FROM signals_line n WHERE n.asset_id = a.id AND n.during @> w.at),
       lower(l.during), upper(l.during), s.asset_id IS NOT NULL, s.presence, s.supervised, s.last_seen, s.position_at,
       s.position_logged_at, s.due_late_at, s.follow_until, s.gateway
FROM unnest(%s::int[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[])
     AS w(place, protocol, identity, asset_id, at)
LEFT JOIN LATERAL (SELECT n.asset_id, n.during FROM signals_line n
                   WHERE w.asset_id IS NULL AND n.protocol = w.protocol AND n.identity = w.identity
                   OFFSET 0) l ON l.during @> w.at
JOIN registers_asset a ON a.id = COALESCE(w.asset_id, l.asset_id)
LEFT JOIN signals_assetstate s ON s.asset_id = a.id
"""


def resolve(own: psycopg.Cursor[Any], found: Memory, wanted: dict[Key, tuple[str, datetime]]) -> None:
    """Remember the senders of `wanted` (key → protocol, moment); the unknown ones as unknown."""
    if not wanted:
        return
    keys = list(wanted)
    columns: list[list[Any]] = [
        list(range(len(keys))),
        [wanted[key][0] for key in keys],
        [key[0].partition(":")[2] for key in keys],
        [key[1] for key in keys],
        [wanted[key][1] for key in keys],
    ]
    for key in keys:
        at = wanted[key][1]
        found.entries[key] = _Entry(None, at, at + UNKNOWN_FOR)
    with visibility.system():
        rows = _fetch(own, columns)
    for row in rows:
        key = keys[row[0]]
        sender = _sender(found, wanted[key][0], row)
        found.entries[key] = _Entry(sender, row[9] or _ALWAYS[0], row[10] or _ALWAYS[1])


def of_assets(own: psycopg.Cursor[Any], assets: list[tuple[UUID, str]], now: datetime) -> list[Sender]:
    """The senders of (asset, gateway) pairs, read anew, for the sweep."""
    columns: list[list[Any]] = [
        list(range(len(assets))),
        [gateway for _asset, gateway in assets],
        [""] * len(assets),
        [asset for asset, _gateway in assets],
        [now] * len(assets),
    ]
    fresh = Memory()
    return [_sender(fresh, assets[row[0]][1], row) for row in _fetch(own, columns)]


def _fetch(own: psycopg.Cursor[Any], columns: list[list[Any]]) -> list[tuple[Any, ...]]:
    set_json_loads(orjson.loads, context=own)
    own.execute(_OF_ASSETS, columns, prepare=True, binary=True)
    return own.fetchall()


def _sender(found: Memory, protocol: str, row: tuple[Any, ...]) -> Sender:
    """One object for each asset, so that several identities of it share what is so."""
    _place, asset, kind, area, lng, lat, supervision, hours, interval, _lower, _upper, known, *state = row
    late, offline = _patience(protocol, interval, supervision, kind)
    sender = found.by_asset.get(asset)
    if sender is not None:
        sender.late_after, sender.offline_after = sender.late_after or late, sender.offline_after or offline
        sender.__post_init__()
        return sender
    sender = found.by_asset[asset] = Sender(
        asset_id=asset,
        area_path=area,
        point=None if lng is None or lat is None else (lng, lat),
        late_after=late,
        offline_after=offline,
        supervised_after=_supervised_after(hours, kind),
        known=known,
    )
    if known:
        (sender.presence, sender.supervised, sender.last_seen, sender.position_at, sender.position_logged_at,
         sender.due_at, sender.follow_until, sender.gateway) = state  # fmt: skip
    return sender


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
    return interval * rule.late, max(interval * rule.offline, rule.at_least)


def _supervised_after(hours: Any, kind: str) -> timedelta:
    """A link counts as supervised this long after a sign of life: the asset's setting, else its type's, else 24 h."""
    declared = asset_types.get(kind)
    if not isinstance(hours, int | float) and declared and declared.settings:
        hours = getattr(declared.settings(), "supervised_hours", None)
    usable = isinstance(hours, int | float) and not isinstance(hours, bool) and 0 < hours <= 24 * 366
    return timedelta(hours=hours if usable else SUPERVISED_HOURS)
