"""Polygons and circles of CAP: `lat,lon` in WGS-84, as senders write them (CAP 1.2, 3.2.4)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import shapely

from linli.signals.gateways.cap.document import AreaSaid, Remarks, Ring, Unreadable

MOST_POINTS = 10_000
"""Corners in one alert."""
FEWEST_CORNERS = 4
_DEGREES_PER_KM = 1 / 111.195


class Corners:
    """Counts the corners of a whole alert. Raises Unreadable("too-many-points")."""

    def __init__(self) -> None:
        self._left = MOST_POINTS

    def take(self, count: int) -> None:
        """So many more."""
        self._left -= count
        if self._left < 0:
            raise Unreadable("too-many-points", f"at most {MOST_POINTS} corners are read in one alert")


def ring(text: str, remarks: Remarks, corners: Corners) -> Ring | None:
    """The outline in (lng, lat), closed by us when it was not; None when there is none that can be used."""
    pairs = text.split()
    if not pairs:
        remarks.rule("polygon-empty")
        return None
    corners.take(len(pairs))
    points = [_pair(pair) for pair in pairs]
    if None in points:
        remarks.rule("polygon-unreadable")
        return None
    found = [point for point in points if point is not None]
    if any(abs(lat) > 90 or abs(lng) > 180 for lng, lat in found):
        remarks.rule("polygon-out-of-range")
        return None
    if len(found) < FEWEST_CORNERS:
        remarks.rule("polygon-too-few-points")
        return None
    if found[0] != found[-1]:
        remarks.rule("polygon-not-closed")
        remarks.finding("polygon-closed-by-us")
        found.append(found[0])
    if len(set(found)) < FEWEST_CORNERS - 1:
        remarks.rule("polygon-too-few-points")
        return None
    if crosses_itself(tuple(found)):
        remarks.finding("polygon-crosses-itself")
    return tuple(found)


def circle(text: str, remarks: Remarks) -> tuple[float, float, float] | None:
    """(lng, lat, radius in km) of `lat,lon radius`; None when it cannot be used. Radius 0 is a point."""
    parts = text.split()
    if not parts:
        remarks.finding("circle-empty")
        return None
    point = _pair(parts[0]) if len(parts) == 2 else None
    radius = _number(parts[1]) if len(parts) == 2 else None
    if point is None or radius is None or radius < 0:
        remarks.rule("circle-unreadable")
        return None
    lng, lat = point
    if abs(lat) > 90 or abs(lng) > 180:
        remarks.rule("circle-out-of-range")
        return None
    return lng, lat, radius


def _pair(text: str) -> tuple[float, float] | None:
    lat, comma, lng = text.partition(",")
    north, east = _number(lat), _number(lng)
    return (east, north) if comma and north is not None and east is not None else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and len(text) < 40 else None


def shape(areas: Iterable[AreaSaid]) -> shapely.Geometry | None:
    """All that `areas` outline as one geometry in (lng, lat); None when they outline nothing.

    A ring that crosses itself is made valid; circles become polygons of 64 corners.
    """
    parts: list[shapely.Geometry] = []
    for area in areas:
        parts += [shapely.make_valid(shapely.Polygon(outline)) for outline in area.polygons]
        parts += [_round(*one) for one in area.circles]
    parts = [part for part in parts if not part.is_empty]
    return shapely.union_all(parts) if parts else None


def crosses_itself(outline: Ring) -> bool:
    """True when the ring is no simple outline."""
    return not shapely.Polygon(outline).is_valid


def _round(lng: float, lat: float, radius_km: float) -> shapely.Geometry:
    if radius_km == 0:
        return shapely.Point(lng, lat)
    high = min(radius_km * _DEGREES_PER_KM, 90.0)
    wide = min(high / max(math.cos(math.radians(lat)), 0.01), 180.0)
    unit = shapely.Point(0, 0).buffer(1, quad_segs=16)
    made: shapely.Geometry = shapely.transform(unit, lambda corner: corner * (wide, high) + (lng, lat))
    return made
