"""A city's own boundaries in place of those of the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.areas.models import Area, AreaEdition
from linli.base.refusal import Refusal


class BoundaryRefused(Refusal):
    """A feature of the file cannot be a boundary; nothing of the file was taken in."""

    code = "areas.boundary_refused"
    sentence = _("Feature {number}: {what} Nothing was taken in; correct the file and import it again.")
    next_step = _("Choose another file")
    status = 422


@transaction.atomic
def import_boundaries(path: Path, source: str) -> list[Area]:
    """Take in a GeoJSON FeatureCollection (WGS-84, lng then lat) of polygons with the property `code`.

    `source` says whose boundaries these are and stands under every map. All or nothing; raises BoundaryRefused
    with the number of the feature. Gives back the areas changed.
    """
    edition = AreaEdition.locked()
    changed = []
    for number, feature in enumerate(_features(path), start=1):
        area, geometry = _read(feature, number)
        area.boundary, area.boundary_source = geometry, source
        area.save(update_fields=["boundary", "boundary_source"])
        changed.append(area)
    edition.revision += 1
    edition.save(update_fields=["revision"])
    return changed


def _features(path: Path) -> list[Any]:
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise BoundaryRefused(number=0, what=_("The file is not a GeoJSON FeatureCollection.")) from None
    return list(features)


def _read(feature: Any, number: int) -> tuple[Area, dict[str, Any]]:
    try:
        code, geometry = str(feature["properties"]["code"]), feature["geometry"]
        shape = shapely.from_geojson(json.dumps(geometry))
    except (KeyError, TypeError, shapely.errors.GEOSException):
        raise BoundaryRefused(number=number, what=_("It needs a property «code» and a geometry.")) from None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise BoundaryRefused(number=number, what=_("A boundary is a polygon or several."))
    if not shape.is_valid:
        raise BoundaryRefused(number=number, what=shapely.is_valid_reason(shape))
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BoundaryRefused(number=number, what=_("Its coordinates are not degrees of WGS-84."))
    area = Area.objects.filter(ended_on=None, codes__code=code, codes__valid__upper_inf=True).first()
    if area is None:
        raise BoundaryRefused(number=number, what=_("No area bears the code «{code}» today.").format(code=code))
    return area, geometry
