"""Places: WGS-84 inside, always (lng, lat) in degrees; other datums are converted at the door.

The offset of GCJ-02 (国测局坐标) follows the published approximation (eviltransform, MIT); its inverse is
iterated until it agrees to less than a millimetre. BD-09 (百度) is a further shift upon GCJ-02.
"""

from __future__ import annotations

from math import asin, atan2, cos, isfinite, pi, radians, sin, sqrt
from typing import Literal, NamedTuple

import h3
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal

Datum = Literal["wgs84", "gcj02", "bd09"]
EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS-84, as the road lengths use it
_KRASSOVSKY_A = 6_378_245.0
_KRASSOVSKY_EE = 0.006_693_421_622_965_943
_BAIDU = pi * 3000 / 180
# The rectangle outside which GCJ-02 is not shifted, and a generous one around the country for plausibility.
_CHINA_LNG, _CHINA_LAT = (72.004, 137.8347), (0.8293, 55.8271)


class Point(NamedTuple):
    """A place in WGS-84: longitude, latitude, in degrees."""

    lng: float
    lat: float


class Cells(NamedTuple):
    """The h3 cells of a place at resolutions 9 (about 0.1 km²) and 12 (about 300 m²), as h3 writes them."""

    res9: str
    res12: str


class PointOutOfRange(Refusal):
    """Not a place on Earth, or nowhere at all."""

    code = "geo.out_of_range"
    sentence = _(
        "{lng}, {lat} is not a place: longitude comes first and lies between −180 and 180, latitude between"
        " −90 and 90, and 0, 0 means that the device had no fix."
    )
    next_step = _("Set the point on the map")
    status = 422


def checked(lng: float, lat: float) -> Point:
    """The point, or PointOutOfRange: not finite, out of range, or 0, 0 (which means «no fix», lesson L33)."""
    fits = isfinite(lng) and isfinite(lat) and -180 <= lng <= 180 and -90 <= lat <= 90
    if not fits or (lng == 0 and lat == 0):
        raise PointOutOfRange(lng=lng, lat=lat)
    return Point(float(lng), float(lat))


def looks_swapped(lng: float, lat: float) -> bool:
    """True when the point is not in China as given but would be with longitude and latitude exchanged."""
    return not in_china(lng, lat) and in_china(lat, lng)


def to_wgs84(lng: float, lat: float, datum: Datum = "wgs84") -> Point:
    """A point of any of the datums met in China, in WGS-84; raises PointOutOfRange, ValueError on a datum."""
    point = checked(lng, lat)
    if datum == "wgs84":
        return point
    if datum == "bd09":
        point = _bd09_to_gcj02(point)
    elif datum != "gcj02":
        raise ValueError(f"unknown datum {datum!r}: wgs84, gcj02 or bd09")
    return _gcj02_to_wgs84(point)


def wgs84_to_gcj02(lng: float, lat: float) -> Point:
    """Where a Chinese street map (AMap, Tencent) draws the point."""
    if not in_china(lng, lat):
        return Point(lng, lat)
    d_lng, d_lat = _shift(lng - 105, lat - 35)
    phi = radians(lat)
    magic = 1 - _KRASSOVSKY_EE * sin(phi) ** 2
    d_lat = d_lat * 180 / (_KRASSOVSKY_A * (1 - _KRASSOVSKY_EE) / magic**1.5 * pi)
    d_lng = d_lng * 180 / (_KRASSOVSKY_A / sqrt(magic) * cos(phi) * pi)
    return Point(lng + d_lng, lat + d_lat)


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in metres (haversine)."""
    phi_a, phi_b = radians(a[1]), radians(b[1])
    d_phi, d_lambda = phi_b - phi_a, radians(b[0] - a[0])
    h = sin(d_phi / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(d_lambda / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def cells(lng: float, lat: float) -> Cells:
    """The h3 cells of a WGS-84 point."""
    return Cells(h3.latlng_to_cell(lat, lng, 9), h3.latlng_to_cell(lat, lng, 12))


def in_china(lng: float, lat: float) -> bool:
    """Inside the generous rectangle around the country: outside it, a device of the city has no fix."""
    return _CHINA_LNG[0] <= lng <= _CHINA_LNG[1] and _CHINA_LAT[0] <= lat <= _CHINA_LAT[1]


def _shift(x: float, y: float) -> tuple[float, float]:
    """The published polynomial-and-sine shift, in metres east and north, of a point seen from (105, 35)."""
    wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    return east, north


def _gcj02_to_wgs84(point: Point) -> Point:
    """The inverse by fixed-point iteration: the shift hardly changes over its own length."""
    guess = point
    for _round in range(30):
        there = wgs84_to_gcj02(*guess)
        error = Point(there.lng - point.lng, there.lat - point.lat)
        guess = Point(guess.lng - error.lng, guess.lat - error.lat)
        if abs(error.lng) < 1e-10 and abs(error.lat) < 1e-10:
            break
    return guess


def _bd09_to_gcj02(point: Point) -> Point:
    x, y = point.lng - 0.0065, point.lat - 0.006
    z = sqrt(x * x + y * y) - 0.00002 * sin(y * _BAIDU)
    theta = atan2(y, x) - 0.000003 * cos(x * _BAIDU)
    return Point(z * cos(theta), z * sin(theta))
