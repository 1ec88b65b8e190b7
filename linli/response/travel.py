"""How long a unit needs to a place: by road from where it probably is, wider the less that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from linli.areas.roads import city_graph
from linli.response.models import Own
from linli.response.status import FRESH, UnitState

# Older than this, a position says nothing any more and the unit is taken to be at its home.
LOST = timedelta(minutes=30)
# A unit that says it is at its base is taken to be there once its position is older than this.
AT_BASE = timedelta(minutes=5)

Origin = Literal["position", "base", "home"]


@dataclass(frozen=True)
class Whereabouts:
    """Where a unit is taken to be, on what ground, and by how many seconds of driving that may be wrong."""

    lng: float
    lat: float
    origin: Origin
    unsure_s: float


@dataclass(frozen=True)
class Estimate:
    """Driving time in seconds: expected, at the earliest, at the latest; `sketch`: on a drawn network (示意路网)."""

    seconds: float
    earliest: float
    latest: float
    origin: Origin
    sketch: bool


def whereabouts(state: UnitState) -> Whereabouts | None:
    """Where the unit is taken to be; None when neither a recent position nor a home is known.

    A position of age a is unsure by a: the unit may have driven on for just as long, there or away.
    """
    unit, age = state.unit, state.position_age
    at_base = unit.own_status == Own.BASE and state.assignment is None
    limit = AT_BASE if at_base and unit.home_lng is not None else LOST
    if age is not None and age <= limit and unit.lng is not None and unit.lat is not None:
        unsure = age.total_seconds() if age > FRESH else 0.0
        return Whereabouts(unit.lng, unit.lat, "position", unsure)
    if unit.home_lng is None or unit.home_lat is None:
        return None
    if at_base:
        return Whereabouts(unit.home_lng, unit.home_lat, "base", 0.0)
    return Whereabouts(unit.home_lng, unit.home_lat, "home", LOST.total_seconds())


def estimates(states: Sequence[UnitState], lng: float, lat: float) -> list[Estimate | None]:
    """The estimate of each unit to the point; None where its place is unknown or no road leads there."""
    graph = city_graph()
    places = [whereabouts(state) for state in states]
    known = [place for place in places if place]
    times = iter(graph.times_to((lng, lat), [(place.lng, place.lat) for place in known]))
    return [_estimate(place, next(times), graph.invented) if place else None for place in places]


def _estimate(place: Whereabouts, seconds: float | None, sketch: bool) -> Estimate | None:
    if seconds is None:
        return None
    earliest = max(0.0, seconds - place.unsure_s)
    return Estimate(seconds, earliest, seconds + place.unsure_s, place.origin, sketch)
