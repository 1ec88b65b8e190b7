"""Which area a point lies in: polygons in memory, holes honoured."""

from __future__ import annotations

import json
from dataclasses import dataclass

import shapely

from linli.areas.models import Area, AreaEdition
from linli.areas.package import INVENTED_BOUNDARY
from linli.base.geo import checked

# The fences are true to some tens of metres: within this of a border the neighbour is named too (about 30 m).
BORDER_DEGREES = 0.0003
# Outlines drawn by others follow the same borders a little differently: less than this share of
# the smaller of the two is no meeting.
SLIVER = 0.005


@dataclass(frozen=True)
class Located:
    """Where a point lies.

    `path`: of the deepest area whose boundary holds it, None when it is outside the city. `invented`: that
    boundary is a drawn one (the county of the path is real). `neighbours`: paths of the same level whose border
    runs so near that the fences cannot tell; a case there is told to them too.
    """

    path: str | None
    invented: bool = False
    neighbours: tuple[str, ...] = ()

    @property
    def outside(self) -> bool:
        """True when the point is in none of the city's areas (also in a neighbour's enclave)."""
        return self.path is None


class Fences:
    """The boundaries of all areas that have one, level by level."""

    def __init__(self, areas: list[Area]) -> None:
        self.levels: list[_Level] = []
        for level in sorted({area.level for area in areas}):
            self.levels.append(_Level([area for area in areas if area.level == level]))

    def locate(self, lng: float, lat: float) -> Located:
        """Descend from the counties as far as a boundary holds the point; PointOutOfRange if it is no place."""
        point = shapely.Point(*checked(lng, lat))
        here = Located(None)
        for level in self.levels:
            found = level.locate(point, below=here.path)
            if found is None:
                break
            here = found
        return here

    def meeting(self, shape: shapely.Geometry) -> list[str]:
        """Paths of the areas that `shape` meets, as far down as boundaries go; an area it covers stands for its parts.

        Touching along a border is no meeting; a point or a line meets what holds it.
        """
        found: list[str] = []
        self._descend(shape, 0, None, found)
        return found

    def _descend(self, shape: shapely.Geometry, depth: int, below: str | None, found: list[str]) -> None:
        if depth == len(self.levels):
            return
        for path, covered in self.levels[depth].meeting(shape, below):
            before = len(found)
            if not covered:
                self._descend(shape, depth + 1, path, found)
            if len(found) == before:
                found.append(path)


class _Level:
    def __init__(self, areas: list[Area]) -> None:
        self.areas = areas
        self.shapes = shapely.from_geojson([json.dumps(area.boundary) for area in areas])
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)

    def locate(self, point: shapely.Point, below: str | None) -> Located | None:
        """The area of this level that holds the point, below the one found above it."""
        near = sorted(self.tree.query(point, predicate="dwithin", distance=BORDER_DEGREES))
        holding = [i for i in near if self.shapes[i].covers(point) and self._fits(i, below)]
        if not holding:
            return None
        first = self.areas[holding[0]]
        others = tuple(self.areas[i].path for i in near if i != holding[0])
        return Located(first.path, first.boundary_source == INVENTED_BOUNDARY, others)

    def meeting(self, shape: shapely.Geometry, below: str | None) -> list[tuple[str, bool]]:
        """(path, wholly covered) of the areas of this level that `shape` meets."""
        flat = shape.area == 0
        found = []
        for i in sorted(self.tree.query(shape, predicate="intersects")):
            if not self._fits(i, below):
                continue
            common = shapely.intersection(self.shapes[i], shape).area
            if flat or common > min(self.shapes[i].area, shape.area) * SLIVER:
                found.append((self.areas[i].path, common >= self.shapes[i].area * (1 - SLIVER)))
        return found

    def _fits(self, index: int, below: str | None) -> bool:
        return below is None or self.areas[index].path.startswith(f"{below}.")


# The last fences built in this process, by the revision of the tree.
_built: dict[int, Fences] = {}


def load_fences() -> Fences:
    """The boundaries as they stand: one small query; read again only after a change."""
    revision = AreaEdition.current()
    if revision not in _built:
        areas = Area.objects.filter(ended_on=None, boundary__isnull=False).order_by("path")
        _built.clear()
        _built[revision] = Fences(list(areas))
    return _built[revision]


def locate(lng: float, lat: float) -> Located:
    """Which area the WGS-84 point lies in; `Located.outside` when in none of the city's."""
    return load_fences().locate(lng, lat)
