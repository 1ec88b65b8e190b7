"""The tree in memory: names of paths for lists and pages, without a query a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from linli.areas.models import Area, AreaEdition, Kind, Level


@dataclass(frozen=True)
class Place:
    """What lists need to know of an area."""

    id: UUID
    path: str
    name: str
    short_name: str
    level: int
    kind: str
    lng: float | None
    lat: float | None
    point_invented: bool

    @property
    def code(self) -> str:
        """Today's code, 12 digits."""
        return self.path.rpartition(".")[2].ljust(12, "0")


class Tree:
    """The areas that exist, by path. A value: get it by `load_tree()`, ask it often."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self._children: dict[str, list[Place]] = {}
        for path, place in places.items():
            self._children.setdefault(path.rpartition(".")[0], []).append(place)

    def __contains__(self, path: str) -> bool:
        return path in self.places

    def get(self, path: str) -> Place | None:
        """The area of `path`, None for a path of former days."""
        return self.places.get(path)

    def children(self, path: str) -> list[Place]:
        """The areas right below `path`, in the order of their codes."""
        return self._children.get(path, [])

    def of_level(self, level: int, under: str = "") -> list[Place]:
        """All areas of one level, at or below `under`, in the order of their codes."""
        return [place for place in self.places.values() if place.level == level and is_under(place.path, under)]

    def chain(self, path: str) -> list[Place]:
        """From the province down to the area itself; what is not known any more is left out."""
        labels = path.split(".")
        steps = (".".join(labels[:depth]) for depth in range(1, len(labels) + 1))
        return [self.places[step] for step in steps if step in self.places]

    def name(self, path: str) -> str:
        """The area's own name; of a path of former days that of its nearest living ancestor."""
        chain = self.chain(path)
        return chain[-1].name if chain else path

    def full_name(self, path: str) -> str:
        """The names below the city in one word: 贵池区池阳街道秀山居委会; the city's or province's own above."""
        chain = self.chain(path)
        below = [place.name for place in chain if place.level > Level.CITY]
        return "".join(below) or self.name(path)

    def county(self, path: str) -> Place | None:
        """The county-level area that holds `path`, None above it."""
        return next((place for place in self.chain(path) if place.level == Level.COUNTY), None)

    def numbering_name(self, path: str) -> str:
        """The short name case numbers begin with: 贵池 of the county, 池州 where there is none."""
        chain = [place for place in self.chain(path) if place.level <= Level.COUNTY]
        return chain[-1].short_name if chain else path

    def city(self) -> Place:
        """The city itself (the top of what this installation looks after)."""
        return next(place for place in self.places.values() if place.kind == Kind.CITY)


def is_under(path: str, ancestor: str) -> bool:
    """True when `path` is `ancestor` or lies below it; "" is above everything."""
    return not ancestor or path == ancestor or path.startswith(f"{ancestor}.")


# The last tree built in this process, by its revision.
_built: dict[int, Tree] = {}


def load_tree() -> Tree:
    """The tree as it stands: one small query; built again only after a change."""
    revision = AreaEdition.current()
    if revision not in _built:
        fields = ("id", "path", "name", "short_name", "level", "kind", "lng", "lat", "point_invented")
        rows = Area.objects.filter(ended_on=None).order_by("path").values_list(*fields)
        _built.clear()
        _built[revision] = Tree({row[1]: Place(*row) for row in rows})
    return _built[revision]
