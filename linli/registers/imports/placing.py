"""Columns that every placed thing has — area, address, point, datum, days — and how they become fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.areas.locate import load_fences
from linli.base import clock
from linli.base.geo import to_wgs84
from linli.registers.declarations import ImportColumn, RowInHand
from linli.registers.imports.areas import agree, area_named
from linli.registers.imports.readers import choice, day, degrees, text

DATUMS = {"WGS-84": "wgs84", "GCJ-02": "gcj02", "国测局": "gcj02", "火星": "gcj02", "BD-09": "bd09", "百度": "bd09"}

PLACE = (
    ImportColumn(
        name="area",
        headings=("所在区划", "区划", "所属区域", "area"),
        label=_("area"),
        read=area_named,
        required=False,
        example="贵池区池阳街道",
    ),
    ImportColumn(
        name="address",
        headings=("地址", "详细地址", "address"),
        label=_("address"),
        read=text(300),
        required=False,
        example="演示路 12 号",
    ),
    ImportColumn(
        name="lng",
        headings=("经度", "longitude", "lng"),
        label=_("longitude (WGS-84)"),
        read=degrees(73, 136),
        required=False,
        example="117.4931",
    ),
    ImportColumn(
        name="lat",
        headings=("纬度", "latitude", "lat"),
        label=_("latitude (WGS-84)"),
        read=degrees(3, 54),
        required=False,
        example="30.6562",
    ),
    ImportColumn(
        name="datum",
        headings=("坐标系", "datum"),
        label=_("datum of the point"),
        read=choice(DATUMS),
        required=False,
        example="WGS-84",
    ),
    ImportColumn(
        name="since",
        headings=("启用日期", "投用日期", "in use since"),
        label=_("in use since"),
        read=day,
        required=False,
        example="2026-01-15",
    ),
    ImportColumn(
        name="until", headings=("停用日期", "in use until"), label=_("out of use from"), read=day, required=False
    ),
)


def place(rows: Sequence[RowInHand], inherited: dict[int, str] | None = None) -> None:
    """Fill name-independent fields of placed things. `inherited`: line → area of the premises, when the row has none."""
    fences = load_fences()
    today = clock.local(clock.now()).date()
    for row in rows:
        _point(row)
        _area(row, fences, (inherited or {}).get(row.line, ""))
        _period(row, today)
        if "address" in row.values:
            row.fields["address"] = row.values["address"]


def _point(row: RowInHand) -> None:
    lng, lat = row.values.get("lng"), row.values.get("lat")
    if (lng is None) != (lat is None):
        row.fault("lng" if lng is None else "lat", gettext("longitude and latitude belong together: fill in both"))
    elif lng is not None and lat is not None:
        datum = row.values.get("datum", "wgs84")
        point = to_wgs84(lng, lat, datum)
        row.fields["lng"], row.fields["lat"] = round(point.lng, 6), round(point.lat, 6)
        if datum != "wgs84":
            row.said["datum"] = datum


def _area(row: RowInHand, fences: Any, inherited: str) -> None:
    named = row.values.get("area", "")
    if "lng" not in row.fields or row.faults:
        path = named or inherited
        if path:
            row.fields["area_path"] = path
        else:
            row.fault("area", gettext("is empty: write the area, or longitude and latitude"))
        return
    located = fences.locate(row.fields["lng"], row.fields["lat"])
    if located.path is None:
        row.fault("lng", gettext("the point lies outside the city"))
    elif named and not agree(named, located.path, located.invented):
        row.fault("area", gettext("the point lies elsewhere: correct the area or the point"))
    else:
        row.fields["area_path"] = (
            named if named and (located.invented or len(named) > len(located.path)) else located.path
        )


def _period(row: RowInHand, today: date) -> None:
    since, until = row.values.get("since"), row.values.get("until")
    if since and until and until <= since:
        row.fault("until", gettext("lies before the first day of use, {since}").format(since=since))
    elif since or until:
        row.fields["in_use"] = DateRange(since or None, until)
    row.new["in_use"] = DateRange(today, None)
