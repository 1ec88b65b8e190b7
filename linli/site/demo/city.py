"""The demo city as packs see it: counts, places, chance, and makers of what the registers hold.

A pack's `demo(city)` makes its part through these functions; removing the pack removes its part. Nothing here reads
the wall clock, and nothing depends on the order of a set.
"""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import cos, radians
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.accounts.models import Body, PostHolding, User
from linli.base import clock
from linli.base.text import to_initials
from linli.registers.models import Asset, Organisation, Premises
from linli.site.demo import identifiers, streams, words

FOLDER = Path(__file__).resolve().parents[3] / "demo"
METRES = 111_320.0
PROVENANCE = {"source": "demo", "note": "invented"}


@dataclass(frozen=True, slots=True)
class County:
    """A county: six-digit code, path, short name."""

    code: str
    path: str
    short: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the city: path of a town-level area, point, and an invented address."""

    area_path: str
    lng: float
    lat: float
    address: str


@dataclass
class DemoCity:
    """The city being built. `day` is the demo day, `size` is small, city or full.

    `later`: what is done when everything is committed (contributions through the gate to personal data).
    """

    size: str = "small"
    seed: int = 0
    day: date = date.min
    began: date = date.min
    city_path: str = "34.3417"
    password_hash: str = ""
    counties: tuple[County, ...] = ()
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    towns: dict[str, list[tuple[str, str, float, float]]] = field(default_factory=dict)
    later: list[Callable[[], None]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _rows: dict[type[Any], list[Any]] = field(default_factory=dict)

    def count(self, key: str, county: County) -> int:
        """How many things of `key` (a row of demo-counts.csv) the county has."""
        return self.counts[key][county.code]

    def rng(self, kind: str, area: str, number: int) -> random.Random:
        """The random stream of one thing."""
        return streams.stream(self.seed, kind, area, number)

    def key(self, kind: str, area: str, number: int, made: date | datetime | None = None) -> UUID:
        """The key of one thing, made on `made` (the beginning of the city when not given)."""
        moment = made or self.began
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), tzinfo=clock.LOCAL)
        return streams.key(self.seed, kind, area, number, moment)

    def at(self, wall: str, day: date | None = None) -> datetime:
        """The instant `HH:MM[:SS]` of the demo day (or of `day`) on the city's wall clock, in UTC."""
        local = datetime.combine(day or self.day, time.fromisoformat(wall), tzinfo=clock.LOCAL)
        return local.astimezone(UTC)

    def place(self, county: County, kind: str, number: int, spread_m: float = 1500, town: str = "") -> Spot:
        """A spot near a town's centre of the county: its first towns are its urban ones and get half of them."""
        chance = self.rng(f"{kind}@place", county.code, number)
        towns = self.towns[county.code]
        chosen = next((row for row in towns if row[1] == town), None) if town else None
        path, name, lng, lat = chosen or (chance.choice(towns[:3]) if chance.random() < 0.5 else chance.choice(towns))
        east, north = (chance.uniform(-spread_m, spread_m) for _axis in range(2))
        street, door = chance.choice(words.PLACES), chance.randrange(1, 200)
        return Spot(
            path,
            round(lng + east / METRES / cos(radians(lat)), 6),
            round(lat + north / METRES, 6),
            f"{name}{street}路{door}号",
        )

    def person(self, kind: str, area: str, number: int) -> tuple[str, str]:
        """(name, phone) of an invented person."""
        chance = self.rng(f"{kind}@person", area, number)
        return words.person(chance), words.phone(chance)

    def organisation(
        self,
        kind: str,
        county: County,
        number: int,
        *,
        name: str = "",
        since: date | None = None,
        until: date | None = None,
        town: str = "",
    ) -> tuple[Organisation, Premises]:
        """An invented organisation of `kind` (a key of words.SUFFIXES) with its premises."""
        chance = self.rng(kind, county.code, number)
        spot = self.place(county, kind, number, town=town)
        if name:
            self._names.add(name)
        called = name or words.organisation(chance, kind, self._names)
        in_use = DateRange(since or self.began, until)
        common = {
            "name": called,
            "area_path": spot.area_path,
            "address": spot.address,
            "lng": spot.lng,
            "lat": spot.lat,
            "in_use": in_use,
            "provenance": PROVENANCE,
            "initials": _initials(called),
        }
        organisation = Organisation(
            id=self.key(kind, county.code, number, since),
            kinds=[kind],
            uscc=identifiers.uscc(chance, county.code),
            **common,
        )
        premises = Premises(
            id=self.key(f"{kind}@premises", county.code, number, since), kind=kind, organisation=organisation, **common
        )
        self.add(organisation, premises)
        return organisation, premises

    def asset(
        self,
        type: str,
        number: str,
        name: str,
        premises: Premises,
        *,
        since: date,
        until: date | None = None,
        supervision: timedelta | None = None,
        parent: Asset | None = None,
        **settings: Any,
    ) -> Asset:
        """A device of `premises`, in use since `since`."""
        asset = Asset(
            id=self.key(type, number, 0, since),
            type=type,
            number=number,
            name=name,
            premises=premises,
            organisation_id=premises.organisation_id,
            parent=parent,
            area_path=premises.area_path,
            address=premises.address,
            lng=premises.lng,
            lat=premises.lat,
            supervision=supervision,
            settings=settings,
            in_use=DateRange(since, until),
            provenance=PROVENANCE,
            initials=_initials(name),
        )
        self.add(asset)
        return asset

    def body(
        self,
        key: str,
        name: str,
        kind: str,
        area_path: str,
        *,
        organisation: Organisation | None = None,
        parent: str = "",
    ) -> Body:
        """A responsible body; made once, found by its key afterwards."""
        if key not in self.bodies:
            self.bodies[key] = Body(
                id=self.key("body", key, 0),
                key=key,
                name=name,
                kind=kind,
                area_path=area_path,
                parent=self.bodies.get(parent),
                organisation_id=organisation.pk if organisation else None,
            )
            self.add(self.bodies[key])
        return self.bodies[key]

    def user(self, username: str, post: str, body: Body, area_path: str = "") -> User:
        """A log-in of the demo: holds `post` for `body` in `area_path` (else the body's) from the city's beginning."""
        chance = self.rng("user", username, 0)
        user = User(
            id=self.key("user", username, 0),
            username=username,
            display_name=words.person(chance),
            password=self.password_hash,
            date_joined=self.at("00:00", self.began),
        )
        during = DateTimeTZRange(self.at("00:00", self.began), None)
        self.users[username], self.posts[username] = user, post
        self.add(
            user,
            PostHolding(
                id=self.key("holding", username, 0),
                user=user,
                post=post,
                body=body,
                area_path=area_path or body.area_path,
                during=during,
            ),
        )
        return user

    def add(self, *rows: Any) -> None:
        """Keep rows for the next `flush`, which writes kind by kind in the order of their first row."""
        for row in rows:
            self._rows.setdefault(type(row), []).append(row)

    def flush(self) -> int:
        """Write what was added, in batches; how many rows."""
        written = 0
        for model, rows in self._rows.items():
            model._default_manager.bulk_create(rows, batch_size=500)
            written += len(rows)
        self._rows.clear()
        return written


def open_city(size: str = "small") -> DemoCity:
    """The empty city of demo/city.toml, with its counts and the towns of the area tree."""
    said = tomllib.loads((FOLDER / "city.toml").read_text("utf-8"))
    counties = tuple(County(**row) for row in said["county"])
    with (FOLDER / "demo-counts.csv").open(encoding="utf-8") as file:
        counts = {
            row["key"]: {county.code: int(row[county.code]) for county in counties}
            for row in csv.DictReader(file)
            if row["341702"].isdigit()
        }
    return DemoCity(
        size=size,
        seed=said["seed"],
        day=said["day"],
        began=said["began"],
        counties=counties,
        counts=counts,
        towns={county.code: list(_towns(county)) for county in counties},
    )


def _towns(county: County) -> Iterable[tuple[str, str, float, float]]:
    from linli.areas.models import Area

    rows = Area.objects.filter(path__under=county.path, level=4, ended_on=None).exclude(kind="zone")
    for area in rows.order_by("path"):
        if area.lng is not None and area.lat is not None:
            yield area.path, area.name, area.lng, area.lat


def _initials(name: str) -> str:
    return to_initials(name)[:64]
