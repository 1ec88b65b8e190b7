"""The road network: how long it takes from here to there.

Read from two tables (nodes, edges); kept as a sparse graph in memory; shortest by scipy's Dijkstra. A way over an
edge costs length / speed of its class. Turn restrictions, barriers, lights and traffic are not known.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from linli.areas.package import DATA_ODBL
from linli.base.geo import EARTH_RADIUS_M

# Driving speeds by class of road in km/h, towns and bends included; capped by a posted limit, replaced by a
# measured `speed_kmh` of the edge. Assumptions of the product, not measurements.
SPEEDS = {
    "motorway": 90, "motorway_link": 50, "trunk": 70, "trunk_link": 45, "primary": 50, "primary_link": 40,
    "secondary": 45, "secondary_link": 40, "tertiary": 40, "tertiary_link": 35, "unclassified": 35,
    "residential": 25, "living_street": 10, "service": 15, "road": 30,
}  # fmt: skip
OFF_ROAD_KMH = 20.0
# Farther than this from any road there is no sense in an estimate.
MAX_OFF_ROAD_M = 10_000.0
# A piece of road cut off from the network yields to the network when that is at most this much farther away.
SAME_PLACE_M = 50.0
_AT_A_NODE_M = 0.5
_METRES_A_DEGREE = EARTH_RADIUS_M * np.pi / 180

Point = tuple[float, float]
Weight = Literal["seconds", "metres"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Snap:
    """Where a point meets the network: on which edge, how far along it (0–1), how far off the road (m)."""

    edge: int
    along: float
    off_road_m: float


@dataclass(frozen=True)
class Edge:
    """A row of the table of edges; `shape` holds the points between the two ends."""

    start: int
    end: int
    length_m: float
    seconds: float
    oneway: bool
    invented: bool
    highway: str
    shape: tuple[Point, ...]


class RoadGraph:
    """A network that does not change; make it by `read_graph`. `invented`: its estimates are for show (示意路网)."""

    def __init__(self, points: Sequence[Point], edges: Sequence[Edge]) -> None:
        self.points = points
        self.edges = edges
        self.invented = any(edge.invented for edge in edges)
        self._start = np.array([edge.start for edge in edges])
        self._end = np.array([edge.end for edge in edges])
        self._oneway = np.array([edge.oneway for edge in edges])
        self._cost: dict[str, Floats] = {
            "metres": np.array([edge.length_m for edge in edges]),
            "seconds": np.array([edge.seconds for edge in edges]),
        }
        self._graph = {name: self._matrix(cost) for name, cost in self._cost.items()}
        self._reversed = {name: csr_matrix(matrix.T) for name, matrix in self._graph.items()}
        main = self._main_part()
        self._in_main = main[self._start] & main[self._end]
        self._scale = np.array([np.cos(np.radians(np.mean([lat for _lng, lat in points]))), 1.0])
        self._lines = np.array([shapely.LineString(self._flat(self._line(edge))) for edge in edges])
        self._all = shapely.STRtree(self._lines)
        self._main_edges = np.flatnonzero(self._in_main)
        self._main = shapely.STRtree(self._lines[self._main_edges])

    def snap(self, lng: float, lat: float) -> Snap | None:
        """The nearest place on the part of the network in which one gets from everywhere to everywhere.

        None, and so no route, when the point lies on a piece cut off from that, or too far from any road.
        """
        point = shapely.Point(*self._flat([(lng, lat)])[0])
        edge = int(self._main_edges[self._main.nearest(point)])
        off_road = float(point.distance(self._lines[edge])) * _METRES_A_DEGREE
        nearest = float(point.distance(self._lines[self._all.nearest(point)])) * _METRES_A_DEGREE
        if off_road > MAX_OFF_ROAD_M or off_road > nearest + SAME_PLACE_M:
            return None
        return Snap(edge, self._along(edge, point), off_road)

    def times_from(self, point: Point, to_points: Sequence[Point]) -> list[float | None]:
        """Seconds by road from `point` (lng, lat) to each of the others; None where there is no route."""
        return self._costs(point, to_points, "seconds", self._graph)

    def times_to(self, point: Point, from_points: Sequence[Point]) -> list[float | None]:
        """Seconds by road from each of the points to `point`: one search, one-way streets as they are driven."""
        return self._costs(point, from_points, "seconds", self._reversed)

    def metres_from(self, point: Point, to_points: Sequence[Point]) -> list[float | None]:
        """Shortest lengths by road, without the way between a point and the road."""
        return self._costs(point, to_points, "metres", self._graph)

    def _costs(
        self, point: Point, others: Sequence[Point], weight: Weight, graphs: dict[str, csr_matrix]
    ) -> list[float | None]:
        source = self.snap(*point)
        if source is None:
            return [None] * len(others)
        backwards = graphs is self._reversed
        ends = self._ends(source, weight, leaving=not backwards)
        reached = _from_virtual(graphs[weight], ends)
        found: list[float | None] = []
        for other in others:
            target = self.snap(*other)
            if target is None:
                found.append(None)
                continue
            ways = [reached[node] + cost for node, cost in self._ends(target, weight, leaving=backwards)]
            ways += self._direct(target, source, weight) if backwards else self._direct(source, target, weight)
            off_road = source.off_road_m + target.off_road_m
            access = off_road * 3.6 / OFF_ROAD_KMH if weight == "seconds" else 0.0
            found.append(float(min(ways)) + access)
        return found

    def _ends(self, snap: Snap, weight: Weight, *, leaving: bool) -> list[tuple[int, float]]:
        """The nodes between which and the snapped place one can drive along its edge, with the cost of that."""
        edge, cost = self.edges[snap.edge], float(self._cost[weight][snap.edge])
        if snap.along in (0.0, 1.0):
            return [(edge.start if snap.along == 0.0 else edge.end, 0.0)]
        to_start, to_end = (edge.start, snap.along * cost), (edge.end, (1 - snap.along) * cost)
        if not edge.oneway:
            return [to_start, to_end]
        return [to_end] if leaving else [to_start]

    def _direct(self, source: Snap, target: Snap, weight: Weight) -> list[float]:
        """The way along one and the same edge."""
        if source.edge != target.edge:
            return []
        ahead = target.along - source.along
        if ahead < 0 and self.edges[source.edge].oneway:
            return []
        return [abs(ahead) * float(self._cost[weight][source.edge])]

    def _along(self, edge: int, point: shapely.Point) -> float:
        """The share of the edge before the point; exactly 0 or 1 within half a metre of an end."""
        share = float(self._lines[edge].project(point, normalized=True))
        length = self.edges[edge].length_m
        if share * length < _AT_A_NODE_M:
            return 0.0
        return 1.0 if (1 - share) * length < _AT_A_NODE_M else share

    def _matrix(self, cost: Floats) -> csr_matrix:
        """The sparse graph; of parallel edges the cheaper one (scipy would add them up)."""
        both = ~self._oneway
        rows = np.concatenate([self._start, self._end[both]])
        columns = np.concatenate([self._end, self._start[both]])
        costs = np.concatenate([cost, cost[both]])
        order = np.lexsort((costs, columns, rows))
        rows, columns, costs = rows[order], columns[order], costs[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        size = (len(self.points), len(self.points))
        return coo_matrix((costs[first], (rows[first], columns[first])), shape=size).tocsr()

    def _main_part(self) -> NDArray[np.bool_]:
        _count, part = connected_components(self._graph["metres"], directed=True, connection="strong")
        return np.asarray(part == np.bincount(part).argmax())

    def _line(self, edge: Edge) -> list[Point]:
        return [self.points[edge.start], *edge.shape, self.points[edge.end]]

    def _flat(self, points: Sequence[Point]) -> Floats:
        """Degrees in which a step east is as long as a step north, near enough within one city."""
        return np.asarray(points) * self._scale


def read_graph(nodes: Path, edges: Path) -> RoadGraph:
    """Read the two tables (CSV, or the same gzipped).

    Nodes: id, lng, lat. Edges: from, to, length_m, highway, and if known oneway (1 = only from → to), speed_kmh,
    maxspeed, source («invented» when drawn), shape (`lng,lat` pairs between the ends). Raises ValueError that
    names the file and line of what cannot be read.
    """
    numbers: dict[str, int] = {}
    points: list[Point] = []
    for where, row in _rows(nodes):
        numbers[row["id"]] = len(points)
        try:
            points.append((float(row["lng"]), float(row["lat"])))
        except ValueError as fault:
            raise ValueError(f"{where}: {fault}") from None
    read = []
    for where, row in _rows(edges):
        try:
            read.append(_edge(row, numbers))
        except (KeyError, ValueError) as fault:
            raise ValueError(f"{where}: no such node or number: {fault}") from None
    return RoadGraph(points, read)


@cache
def city_graph() -> RoadGraph:
    """The network of the package: expressways after OpenStreetMap, the other roads invented (示意路网)."""
    return read_graph(DATA_ODBL / "roads-chizhou-demo-nodes.csv", DATA_ODBL / "roads-chizhou-demo-edges.csv")


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for number, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8"))), start=2):
        yield f"{path.name}:{number}", row


def _edge(row: dict[str, str], numbers: dict[str, int]) -> Edge:
    length = float(row["length_m"])
    speed = float(row.get("speed_kmh") or 0) or SPEEDS.get(row["highway"], SPEEDS["road"])
    if row.get("maxspeed", "").isdigit():
        speed = min(speed, max(float(row["maxspeed"]), 5.0))
    shape = tuple((float(lng), float(lat)) for lng, lat in (pair.split(",") for pair in row["shape"].split()))
    return Edge(
        start=numbers[row["from"]],
        end=numbers[row["to"]],
        length_m=length,
        seconds=length * 3.6 / speed,
        oneway=row.get("oneway") == "1",
        invented=row.get("source") == "invented",
        highway=row["highway"],
        shape=shape,
    )


def _from_virtual(graph: csr_matrix, ends: list[tuple[int, float]]) -> Floats:
    """The costs from a place between nodes, reached through `ends` at the costs they name."""
    size = graph.shape[0]
    nodes = np.array([node for node, _cost in ends])
    # A cost of nothing would be no edge at all in a sparse matrix.
    costs = np.array([max(cost, 1e-9) for _node, cost in ends])
    data, indices = np.concatenate([graph.data, costs]), np.concatenate([graph.indices, nodes])
    pointers = np.append(graph.indptr, graph.indptr[-1] + len(ends))
    with_place = csr_matrix((data, indices, pointers), shape=(size + 1, size + 1))
    return np.asarray(dijkstra(with_place, directed=True, indices=size))[:size]
