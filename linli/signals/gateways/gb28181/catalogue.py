"""The catalogue of a peer, received in parts: complete when the distinct numbers reach SumNum, else partial after 30 s."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from linli.signals.gateways.gb28181.body import BLANKED, Body, Tree
from linli.signals.gateways.gb28181.identifiers import is_device
from linli.signals.gateways.gb28181.mapping import inside

SILENCE = 30.0
"""Seconds after the last part until a catalogue counts as partial (protocols/gb28181)."""
MOST_ITEMS = 200_000
STATES = frozenset({"ON", "OFF", "VLOST", "DEFECT"})
_MORE = (
    "PTZType", "RoomType", "PointType", "FunctionType", "InstallTime", "ManagementUnit", "RecordSaveDays",
    "GrassrootsCode", "MAC",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upsert:
    """One channel as a catalogue or a notification says it. `bare`: only its status is said, the rest stays."""

    peer: str
    number: str
    status: str
    at: datetime
    by: str
    bare: bool = False
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    civil_code: str = ""
    address: str = ""
    parent: str = ""
    lng: float | None = None
    lat: float | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Collector:
    """One catalogue on its way in: how many there should be, which came, when the last part did (monotonic)."""

    expected: int
    last: float
    seen: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Every number that was announced has come."""
        return len(self.seen) >= self.expected

    def take(self, body: Body, now: float) -> None:
        """One part."""
        said = body.text("SumNum")
        if said.isascii() and said.isdigit() and len(said) < 9:
            self.expected = min(max(self.expected, int(said)), MOST_ITEMS)
        self.last = now
        for item in body.items("DeviceList"):
            number = item.get("DeviceID")
            if isinstance(number, str) and number and len(self.seen) < MOST_ITEMS:
                self.seen.add(number)


def upserts(peer: str, items: Iterable[Tree], at: datetime, by: str, own: str) -> list[Upsert]:
    """The channels in `items`; nodes without a device number, the peer itself and the house are none."""
    found = []
    for item in items:
        number = item.get("DeviceID")
        if isinstance(number, str) and is_device(number) and number not in (peer, own):
            found.append(_upsert(peer, number, item, at, by))
    return found


def _upsert(peer: str, number: str, item: Tree, at: datetime, by: str) -> Upsert:
    event = _text(item, "Event", 8).upper()
    status = _text(item, "Status", 8).upper()
    said = "GONE" if event == "DEL" else event if event in STATES else status if status in STATES else "ON"
    info = item.get("Info")
    more = {name: _text(info, name, 80) for name in _MORE if isinstance(info, dict) and _text(info, name, 80)}
    lng, lat = _point(item)
    return Upsert(
        peer, number, said, at, by,
        bare=bool(event) and event not in ("ADD", "UPDATE") and "Name" not in item,
        name=_text(item, "Name", 200), manufacturer=_text(item, "Manufacturer", 120), model=_text(item, "Model", 120),
        civil_code=_text(item, "CivilCode", 8), address=_text(item, "Address", 300),
        parent=_text(item, "ParentID", 120), lng=lng, lat=lat, more=more,
    )  # fmt: skip


def _text(item: Any, name: str, most: int) -> str:
    found = item.get(name) if isinstance(item, dict) else None
    return found[:most] if isinstance(found, str) and found != BLANKED else ""


def _point(item: Tree) -> tuple[float | None, float | None]:
    try:
        point = float(item.get("Longitude") or ""), float(item.get("Latitude") or "")
    except (TypeError, ValueError):
        return None, None
    return point if inside(point) else (None, None)


_KEEP = """
INSERT INTO signals_sipchannel AS c (peer_id, number, status, status_at, status_by, name, manufacturer, model,
                                     civil_code, address, parent_number, lng, lat, more)
SELECT peer, number, status, at, by, name, manufacturer, model, civil_code, address, parent, lng, lat, more::jsonb
FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::bool[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[], %s::float8[], %s::text[])
     AS n(peer, number, status, at, by, bare, name, manufacturer, model, civil_code, address, parent, lng, lat, more)
ON CONFLICT (peer_id, number) DO UPDATE SET
    status_at = CASE WHEN c.status = EXCLUDED.status THEN c.status_at ELSE EXCLUDED.status_at END,
    status_by = CASE WHEN c.status = EXCLUDED.status THEN c.status_by ELSE EXCLUDED.status_by END,
    status = EXCLUDED.status,
    name = COALESCE(NULLIF(EXCLUDED.name, ''), c.name),
    manufacturer = COALESCE(NULLIF(EXCLUDED.manufacturer, ''), c.manufacturer),
    model = COALESCE(NULLIF(EXCLUDED.model, ''), c.model),
    civil_code = COALESCE(NULLIF(EXCLUDED.civil_code, ''), c.civil_code),
    address = COALESCE(NULLIF(EXCLUDED.address, ''), c.address),
    parent_number = COALESCE(NULLIF(EXCLUDED.parent_number, ''), c.parent_number),
    lng = COALESCE(EXCLUDED.lng, c.lng), lat = COALESCE(EXCLUDED.lat, c.lat),
    more = c.more || EXCLUDED.more
"""
_COLUMNS = (
    "peer", "number", "status", "at", "by", "bare", "name", "manufacturer", "model", "civil_code", "address", "parent",
    "lng", "lat", "more",
)  # fmt: skip
AT_ONCE = 500


def keep(rows: Iterable[Upsert]) -> None:
    """Write channels, 500 at a time; of several about one channel the last counts."""
    latest = {(row.peer, row.number): row for row in rows}
    listed = [latest[key] for key in sorted(latest)]
    with connection.cursor() as cursor:
        for start in range(0, len(listed), AT_ONCE):
            some = listed[start : start + AT_ONCE]
            columns = [[_plain(getattr(row, name)) for row in some] for name in _COLUMNS]
            cursor.execute(_KEEP, columns)


def _plain(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict) else value
