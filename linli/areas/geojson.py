"""The offline base map: its layers as small GeoJSON documents, and whom they are owed to.

Lines that nobody measured are marked `invented` and drawn dashed. What a reader sees besides the map is
`attribution()`: it belongs under every map, on screen, in print and in exports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.areas import package
from linli.areas.models import Area, AreaEdition, Level
from linli.areas.roads import city_graph
from linli.base.refusal import NotFound

OPENSTREETMAP = "© OpenStreetMap contributors (ODbL)"
NATURAL_EARTH = "Natural Earth"
GEONAMES = "GeoNames (CC BY 4.0)"
# The Chinese names of the waters that Natural Earth names in Latin letters.
WATERS = {
    "Yangtze": "长江", "Gan": "赣江", "Fuchun": "富春江", "Poyang Hu": "鄱阳湖", "Daguan Hu": "大官湖",
    "Long Hu": "龙感湖", "Po Hu": "泊湖", "Shijiu Hu": "石臼湖", "Chao Hu": "巢湖", "Wuchang Hu": "武昌湖",
    "Xinanjiang Shuiku": "新安江水库",
}  # fmt: skip

Feature = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of the base map: `key` is its name in the address, `shape` how it is drawn, `source` its origin."""

    key: str
    label: Any
    shape: str
    source: str
    features: Callable[[], Iterator[Feature]]
    invented: bool = False


@dataclass(frozen=True)
class Document:
    """A layer as it is sent: GeoJSON (RFC 7946, WGS-84) and a tag that changes with its content."""

    body: bytes
    etag: str


def layer_document(key: str) -> Document:
    """The GeoJSON of a layer; raises NotFound for a key that is none."""
    layer = next((layer for layer in LAYERS if layer.key == key), None)
    if layer is None:
        raise NotFound()
    return _document(key, AreaEdition.current() if key in _OF_THE_TREE else 0)


def layer_list() -> list[dict[str, Any]]:
    """The layers from the ground up, for legends: key, label in the reader's language, shape, invented, source."""
    return [
        {
            "key": layer.key,
            "label": str(layer.label),
            "shape": layer.shape,
            "invented": layer.invented,
            "source": layer.source,
        }
        for layer in LAYERS
    ]


def attribution() -> str:
    """The line that stands under every map."""
    own = Area.objects.exclude(boundary_source__in=package.PACKAGE_BOUNDARIES).order_by("boundary_source")
    sources = [OPENSTREETMAP, GEONAMES, "Vonng/adcode (CC BY 4.0)", NATURAL_EARTH]
    sources += own.values_list("boundary_source", flat=True).distinct()
    return " · ".join([*sources, _("sketch, not a standard map, no ground for demarcation")])


@cache
def _document(key: str, revision: int) -> Document:
    """Kept per revision of the tree (0 for layers that do not hang on it)."""
    layer = next(layer for layer in LAYERS if layer.key == key)
    head = {"type": "FeatureCollection", "name": key, "attribution": layer.source, "invented": layer.invented}
    body = orjson.dumps({**head, "features": list(layer.features())})
    return Document(body, hashlib.blake2b(body, digest_size=8).hexdigest())


def _natural_earth(name: str) -> Callable[[], Iterator[Feature]]:
    def features() -> Iterator[Feature]:
        for feature in package.geojson(f"basemap-{name}.geojson")["features"]:
            latin = feature["properties"].get("name", "")
            yield _feature(feature["geometry"], name=WATERS.get(latin, latin), name_en=latin)

    return features


def _places() -> Iterator[Feature]:
    for feature in package.geojson("basemap-places-geonames.geojson")["features"]:
        named = feature["properties"]
        yield _feature(feature["geometry"], name=named["name"], name_en=named["name_en"], rank=named["rank"])


def _boundaries(level: int) -> Callable[[], Iterator[Feature]]:
    def features() -> Iterator[Feature]:
        areas = Area.objects.filter(level=level, ended_on=None, boundary__isnull=False).order_by("path")
        for area in areas.prefetch_related("names"):
            invented = area.boundary_source == package.INVENTED_BOUNDARY
            sound = next(name.pinyin for name in area.names.all() if name.valid.upper is None)
            yield _feature(area.boundary, name=area.name, name_en=sound.capitalize(), path=area.path, invented=invented)

    return features


def _roads() -> Iterator[Feature]:
    graph = city_graph()
    for edge in graph.edges:
        if edge.invented:
            yield _line([graph.points[edge.start], *edge.shape, graph.points[edge.end]], highway=edge.highway)


def _expressways() -> Iterator[Feature]:
    for feature in package.geojson("roads-chizhou-expressways-approx.geojson", package.DATA_ODBL)["features"]:
        road = feature["properties"]
        yield _feature(feature["geometry"], ref=road["ref"], name=road["name"], approximate=road["approx"])


def _junctions() -> Iterator[Feature]:
    for feature in package.geojson("chizhou-motorway-junctions.geojson", package.DATA_ODBL)["features"]:
        if "name" in feature["properties"]:
            yield _feature(feature["geometry"], name=feature["properties"]["name"])


def _feature(geometry: dict[str, Any], **properties: Any) -> Feature:
    kept = {name: value for name, value in properties.items() if value != ""}
    return {"type": "Feature", "geometry": geometry, "properties": kept}


def _line(points: list[tuple[float, float]], **properties: Any) -> Feature:
    return _feature({"type": "LineString", "coordinates": points}, **properties)


LAYERS = (
    Layer(key="land", label=gettext_lazy("land"), shape="fill", source=NATURAL_EARTH, features=_natural_earth("land")),
    Layer(
        key="counties",
        label=gettext_lazy("counties"),
        shape="fill",
        source="Vonng/adcode (CC BY 4.0)",
        features=_boundaries(Level.COUNTY),
    ),
    Layer(
        key="urban",
        label=gettext_lazy("built-up land"),
        shape="fill",
        source=NATURAL_EARTH,
        features=_natural_earth("urban"),
    ),
    Layer(
        key="lakes", label=gettext_lazy("lakes"), shape="fill", source=NATURAL_EARTH, features=_natural_earth("lakes")
    ),
    Layer(
        key="rivers",
        label=gettext_lazy("rivers"),
        shape="line",
        source=NATURAL_EARTH,
        features=_natural_earth("rivers"),
    ),
    Layer(
        key="townships",
        label=gettext_lazy("townships (drawn, not surveyed)"),
        shape="line",
        source="Linli",
        invented=True,
        features=_boundaries(Level.TOWN),
    ),
    Layer(
        key="roads",
        label=gettext_lazy("roads (drawn, not surveyed)"),
        shape="line",
        source="Linli",
        invented=True,
        features=_roads,
    ),
    Layer(
        key="expressways",
        label=gettext_lazy("expressways (approximate)"),
        shape="line",
        source=OPENSTREETMAP,
        features=_expressways,
    ),
    Layer(
        key="junctions",
        label=gettext_lazy("motorway junctions"),
        shape="point",
        source=OPENSTREETMAP,
        features=_junctions,
    ),
    Layer(key="places", label=gettext_lazy("places"), shape="point", source=GEONAMES, features=_places),
)
_OF_THE_TREE = ("counties", "townships")
