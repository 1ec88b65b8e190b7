"""Who can be sent in the demo city: patrol cars, police stations' crews, fire engines, ambulances. All invented."""

from __future__ import annotations

from linli.accounts.models import Body
from linli.response.models import Own, Unit, UnitKind
from linli.site.demo.city import County, DemoCity

# Row of demo-counts.csv, kind of unit, units at each, letter of the call sign, what they can do, name of the home.
FLEETS = (
    ("patrol_units", UnitKind.PATROL_CAR, 1, "巡", ("patrol",), "巡逻车组"),
    ("police_stations", UnitKind.STATION, 1, "所", ("patrol", "on_foot"), "派出所"),
    ("fire_stations", UnitKind.FIRE_ENGINE, 2, "消", ("fire", "rescue"), "消防救援站"),
    ("ambulance_bases", UnitKind.AMBULANCE, 1, "急", ("medical",), "急救站"),
)


def build(city: DemoCity) -> None:
    """The units of each county, at home or near it; every third patrol is off duty."""
    health = city.body("ambulance", "演示·市急救中心", "ambulance", city.city_path)
    for county in city.counties:
        bodies = {
            "巡": city.bodies[f"police-{county.code}"],
            "所": city.bodies[f"police-{county.code}"],
            "消": city.bodies[f"fire-{county.code}"],
            "急": health,
        }
        for key, kind, at_each, letter, able, home in FLEETS:
            for place in range(city.count(key, county)):
                for number in range(at_each):
                    _unit(city, county, kind, letter, able, home, place * at_each + number, place, bodies[letter])


def _unit(
    city: DemoCity,
    county: County,
    kind: UnitKind,
    letter: str,
    able: tuple[str, ...],
    home: str,
    number: int,
    place: int,
    body: Body,
) -> None:
    towns = city.towns[county.code]
    town = towns[place % len(towns)][1]
    spot = city.place(county, f"unit {letter}", place, spread_m=900, town=town)
    mobile = kind == UnitKind.PATROL_CAR
    seen = city.place(county, f"unit {letter} now", number, spread_m=1800, town=town) if mobile else spot
    off = mobile and city.rng("off duty", county.code, number).random() < 1 / 3
    city.add(
        Unit(
            id=city.key(f"unit {letter}", county.code, number),
            call_sign=f"{county.short}{letter}{number + 1:02d}",
            kind=kind,
            capabilities=list(able),
            body=body,
            area_path=county.path,
            home_name=f"演示·{town}{home}",
            home_lng=spot.lng,
            home_lat=spot.lat,
            own_status=Own.OFF_DUTY if off else Own.PATROL if mobile else Own.BASE,
            own_since=city.at("00:00"),
            lng=seen.lng,
            lat=seen.lat,
            position_at=city.at("00:00"),
            position_by="http",
        )
    )
