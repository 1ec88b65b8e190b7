"""The base map: every layer is GeoJSON, names its source, says what is drawn; the line under the map is whole."""

import json

import pytest
import shapely
from django.utils.translation import override

from linli.areas.boundaries import import_boundaries
from linli.areas.geojson import LAYERS, attribution, layer_document, layer_list
from linli.base.refusal import NotFound

COUNTS = {"land": 1, "counties": 4, "urban": 8, "lakes": 11, "rivers": 6, "townships": 56, "places": 753}


@pytest.fixture(autouse=True)
def database(db):
    """Boundaries are read from the prepared database."""


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.key)
def test_a_layer_is_a_small_geojson_document(layer):
    document = layer_document(layer.key)
    collection = json.loads(document.body)
    assert collection["type"] == "FeatureCollection" and collection["attribution"] == layer.source
    assert len(collection["features"]) == COUNTS.get(layer.key, len(collection["features"])) > 0
    assert len(document.body) < 200_000
    for feature in collection["features"]:
        west, south, east, north = shapely.from_geojson(json.dumps(feature["geometry"])).bounds
        assert 115 < west <= east < 120 and 28 < south <= north < 32


def test_drawn_layers_say_so():
    assert {layer["key"] for layer in layer_list() if layer["invented"]} == {"townships", "roads"}


def test_counties_have_a_name_in_both_languages_and_a_path():
    counties = json.loads(layer_document("counties").body)["features"]
    assert counties[0]["properties"] == {
        "name": "贵池区", "name_en": "Guichiqu", "path": "34.3417.341702", "invented": False,
    }  # fmt: skip


def test_waters_have_their_chinese_names():
    rivers = json.loads(layer_document("rivers").body)["features"]
    assert rivers[0]["properties"] == {"name": "长江", "name_en": "Yangtze"}


def test_the_tag_changes_only_with_the_content(tmp_path):
    before = layer_document("counties")
    assert layer_document("counties") is before
    own = {
        "type": "Feature",
        "properties": {"code": "341702000000"},
        "geometry": {"type": "Polygon", "coordinates": [[[117, 30], [118, 30], [118, 31], [117, 30]]]},
    }
    (tmp_path / "own.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [own]}))
    import_boundaries(tmp_path / "own.geojson", "池州市民政局 2026")
    assert layer_document("counties").etag != before.etag
    assert layer_document("places") is layer_document("places")
    assert "池州市民政局 2026" in attribution()


def test_the_line_under_the_map_names_everybody():
    with override("zh-hans"):
        assert attribution() == (
            "© OpenStreetMap contributors (ODbL) · GeoNames (CC BY 4.0) · Vonng/adcode (CC BY 4.0) · Natural Earth"
            " · 示意图，非标准地图，不作为划界依据"
        )


def test_a_layer_that_is_none_is_not_found():
    with pytest.raises(NotFound):
        layer_document("faces")
