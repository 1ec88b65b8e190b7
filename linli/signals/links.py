"""The link to each device: is it there, where is it, when must its silence be looked at.

Settled in the transaction of `accept`, for heartbeats are acknowledged by it: what is folded stands in the asset state
and nowhere else. A change of presence or supervision is a signal of its own.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg

from linli.signals import kinds, packing, protocols, senders
from linli.signals.envelope import Envelope, Folded
from linli.signals.history import Change, write_history
from linli.signals.reading import Item
from linli.signals.sender import Sender

POSITION_GRAIN = timedelta(seconds=30)
PRESENCE = {kinds.ONLINE: "online", kinds.LATE: "late", kinds.OFFLINE: "offline"}
SUPERVISION = {kinds.SUPERVISED: True, kinds.UNSUPERVISED: False}


class Links:
    """What a batch (or a sweep) makes of the links: rows for the log, changed states, history, events."""

    def __init__(self) -> None:
        self.rows: list[Item] = []
        self.changes: list[tuple[UUID, Change]] = []
        self.turned: dict[UUID, Sender] = {}
        self.heard: dict[UUID, tuple[Sender, datetime]] = {}
        self.moved: dict[UUID, tuple[Sender, tuple[float, float]]] = {}
        self.folded: Counter[tuple[UUID, datetime]] = Counter()
        self.events: list[tuple[str, dict[str, Any], str | None]] = []

    def hear(self, item: Item) -> None:
        """One item in its order: a sign of life, then a row of the log or folded."""
        sender = item.sender
        if sender is None:
            self.rows.append(item)
            return
        protocol = item.envelope.protocol
        if item.kind in PRESENCE and protocol in protocols.PROTOCOLS:
            self._told(item, sender, protocol)
            return
        if protocol in protocols.PROTOCOLS:
            self._alive(sender, protocol, item)
        if item.kind == kinds.HEARTBEAT:
            self.heard[sender.asset_id] = (sender, item.received_at)
            self._fold(item, sender)
        elif item.kind == kinds.POSITION and not item.envelope.late:
            self._position(item, sender, item.received_at)
        else:
            self.rows.append(item)

    def _told(self, item: Item, sender: Sender, protocol: str) -> None:
        """Its entrance knows of the link what silence could not tell: it signed off, its recorder lost it, it answers."""
        if item.kind == kinds.ONLINE:
            self._alive(sender, protocol, item)
        elif sender.presence != PRESENCE[item.kind]:
            sender.gateway = protocol
            self.say(sender, item.kind, item.received_at, dict(item.envelope.values))
            limit = sender.next_limit()
            if limit is not None and sender.last_seen is not None:
                sender.due_at = sender.last_seen + limit
        item.verdict = Folded(sender.asset_id)

    def _alive(self, sender: Sender, protocol: str, item: Item) -> None:
        at = item.received_at
        if sender.presence != "online" or not sender.supervised:
            self._welcome(sender, at, str(item.envelope.values.get("cause") or "heard")[:64])
        if sender.gateway != protocol:
            sender.gateway = protocol
            self.turned[sender.asset_id] = sender
        if sender.last_seen is None or at > sender.last_seen:
            sender.last_seen = at
        # The stored look may come too early (the sweep then moves it on), never too late.
        if sender.due_at is None or at + sender.least < sender.due_at:
            limit = sender.next_limit()
            if limit is not None:
                sender.due_at = at + limit
                self.turned[sender.asset_id] = sender

    def _welcome(self, sender: Sender, at: datetime, cause: str) -> None:
        if sender.presence != "online":
            self.say(sender, kinds.ONLINE, at, {"cause": cause})
        if not sender.supervised:
            self.say(sender, kinds.SUPERVISED, at, {"cause": "heard"})

    def _fold(self, item: Item, sender: Sender) -> None:
        item.verdict = Folded(sender.asset_id)
        self.folded[sender.asset_id, item.received_at.replace(minute=0, second=0, microsecond=0)] += 1

    def _position(self, item: Item, sender: Sender, at: datetime) -> None:
        """One position in thirty seconds goes to the log too, every one while somebody follows the unit."""
        followed = sender.follow_until is not None and at < sender.follow_until
        place = item.envelope.place
        if place is not None and (sender.position_at is None or at >= sender.position_at):
            sender.position_at = at
            self.moved[sender.asset_id] = (sender, place)
        if followed or sender.position_logged_at is None or at - sender.position_logged_at >= POSITION_GRAIN:
            sender.position_logged_at = at
            self.rows.append(item)
        else:
            self._fold(item, sender)

    def say(self, sender: Sender, kind: str, at: datetime, facts: dict[str, Any], now: datetime | None = None) -> None:
        """A signal of the house itself: presence or supervision of `sender` is other since `at`; said `now`."""
        said = Envelope(
            protocol=protocols.TIMER, source=f"timer:{sender.asset_id}", kind=kind, phase="info", occurred_at=at,
            received_at=now or at, trust="authenticated", body=f"{kind}{at.isoformat()}".encode(),
        )  # fmt: skip
        item = Item(said, "record")
        item.sender = sender
        item.values_json = orjson.dumps(facts)
        self.rows.append(item)
        self.turned[sender.asset_id] = sender
        cause = str(facts.get("cause", ""))
        if kind in PRESENCE:
            sender.presence = PRESENCE[kind]
            self.changes.append((sender.asset_id, Change("presence", sender.presence, at, cause)))
            news = {"asset": str(sender.asset_id), "presence": sender.presence, "at": at.isoformat()}
            self.events.append(("asset.presence", news, sender.area_path))
        else:
            sender.supervised = SUPERVISION[kind]
            self.changes.append((sender.asset_id, Change("supervised", "yes" if sender.supervised else "", at, cause)))

    def save(self, own: psycopg.Cursor[Any]) -> None:
        """Write states, history and counts; leave word of what others may remember otherwise."""
        for asset, (_sender, _place) in self.moved.items():
            self.heard.setdefault(asset, (_sender, _sender.position_at or _sender.last_seen))  # type: ignore[arg-type]
        if self.turned:
            _save_turned(own, list(self.turned.values()))
            senders.changed(own, self.turned)
        if self.heard:
            _save_heard(own, list(self.heard.values()))
        if self.moved:
            _save_moved(own, list(self.moved.values()))
        write_history(own, self.changes)
        if self.folded:
            _count(own, self.folded)


_TURNED = """
INSERT INTO signals_assetstate AS s (asset_id, presence, supervised, last_seen, gateway, due_late_at)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::boolean[], %s::timestamptz[], %s::text[], %s::timestamptz[])
ON CONFLICT (asset_id) DO UPDATE SET
    presence = EXCLUDED.presence, supervised = EXCLUDED.supervised, gateway = EXCLUDED.gateway,
    last_seen = greatest(s.last_seen, EXCLUDED.last_seen), due_late_at = EXCLUDED.due_late_at
"""
_HEARD = """
UPDATE signals_assetstate s SET last_seen = n.at FROM unnest(%b::uuid[], %b::timestamptz[]) AS n(asset_id, at)
WHERE s.asset_id = n.asset_id AND (s.last_seen IS NULL OR s.last_seen < n.at)
"""
_MOVED = """
INSERT INTO signals_assetstate AS s (asset_id, lng, lat, position_at, position_logged_at)
SELECT * FROM unnest(%s::uuid[], %s::float8[], %s::float8[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (asset_id) DO UPDATE SET lng = EXCLUDED.lng, lat = EXCLUDED.lat, position_at = EXCLUDED.position_at,
    position_logged_at = EXCLUDED.position_logged_at
"""
_COUNT = """
INSERT INTO signals_foldedcount AS f (asset_id, hour, count) SELECT * FROM unnest(%b::uuid[], %b::timestamptz[], %s::int[])
ON CONFLICT (asset_id, hour) DO UPDATE SET count = f.count + EXCLUDED.count
"""


def _save_turned(own: psycopg.Cursor[Any], turned: list[Sender]) -> None:
    columns = [
        [sender.asset_id for sender in turned],
        [sender.presence for sender in turned],
        [sender.supervised for sender in turned],
        [sender.last_seen for sender in turned],
        [sender.gateway for sender in turned],
        [sender.due_at for sender in turned],
    ]
    own.execute(_TURNED, columns, prepare=True)


def _save_heard(own: psycopg.Cursor[Any], heard: list[tuple[Sender, datetime]]) -> None:
    rows = sorted((sender.asset_id.bytes, at) for sender, at in heard)
    own.execute(
        _HEARD,
        [packing.uuids([asset for asset, _at in rows]), packing.moments([at for _asset, at in rows])],
        prepare=True,
    )


def _save_moved(own: psycopg.Cursor[Any], moved: list[tuple[Sender, tuple[float, float]]]) -> None:
    columns = [
        [sender.asset_id for sender, _place in moved],
        [place[0] for _sender, place in moved],
        [place[1] for _sender, place in moved],
        [sender.position_at for sender, _place in moved],
        [sender.position_logged_at for sender, _place in moved],
    ]
    own.execute(_MOVED, columns, prepare=True)


def _count(own: psycopg.Cursor[Any], folded: Counter[tuple[UUID, datetime]]) -> None:
    rows = sorted((asset.bytes, hour, count) for (asset, hour), count in folded.items())
    assets, hours, counts = zip(*rows, strict=True)
    own.execute(_COUNT, [packing.uuids(assets), packing.moments(hours), list(counts)], prepare=True)
