"""Which area a point lies in: holes honoured, drawn boundaries told, the city's own boundaries preferred."""

import json

import pytest

from linli.areas.boundaries import BoundaryRefused, import_boundaries
from linli.areas.loader import load_areas
from linli.areas.locate import load_fences, locate
from linli.areas.models import Area
from linli.base.geo import PointOutOfRange


@pytest.fixture(autouse=True)
def database(db):
    """Every test here reads the boundaries of the prepared database."""


def write(folder, *features):
    path = folder / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def box(code, west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_a_point_in_town_lies_in_a_drawn_cell_of_a_real_county():
    here = locate(117.473238, 30.653910)
    assert (here.path, here.invented, here.outside) == ("34.3417.341702.341702001", True, False)


def test_the_enclave_inside_guichi_is_outside_the_city():
    assert locate(117.285, 30.457).outside


@pytest.mark.parametrize(("lng", "lat"), [(116.4, 39.9), (117.9, 31.4), (24.94, 60.17)])
def test_other_cities_are_outside(lng, lat):
    assert locate(lng, lat).outside


def test_every_town_and_village_point_lies_in_its_own_county():
    strays = []
    for area in Area.objects.filter(level__gte=4, ended_on=None, lng__isnull=False):
        county = ".".join(area.path.split(".")[:3])
        here = locate(area.lng, area.lat)
        if not (here.path or "").startswith(county) and not any(path.startswith(county) for path in here.neighbours):
            strays.append(area.name)
    assert len(strays) <= 3, strays  # points of 2016 are true to about 300 m


def test_near_a_border_the_neighbour_is_named(tmp_path):
    import_boundaries(
        write(tmp_path, box("341702000000", 117, 30, 118, 31), box("341723000000", 118, 30, 119, 31)), "x"
    )
    assert locate(117.9999, 30.4).neighbours == ("34.3417.341723",)
    assert locate(117.9, 30.4).neighbours == ()


def test_what_is_no_place_is_refused():
    with pytest.raises(PointOutOfRange):
        locate(0, 0)


def test_the_boundaries_are_read_once(django_assert_num_queries):
    load_fences()
    with django_assert_num_queries(2):
        locate(117.47, 30.65)
        locate(117.48, 30.65)


def test_the_city_s_own_boundary_takes_the_place_of_the_drawn_one_and_stays(tmp_path):
    assert locate(117.60, 30.70).path != "34.3417.341702.341702001"
    changed = import_boundaries(write(tmp_path, box("341702001000", 117.40, 30.60, 117.62, 30.72)), "池州市民政局 2026")
    assert [area.name for area in changed] == ["池阳街道"]
    here = locate(117.42, 30.61)
    assert (here.path, here.invented) == ("34.3417.341702.341702001", False)
    load_areas(again=True)
    assert not locate(117.42, 30.61).invented


@pytest.mark.parametrize(
    "feature",
    [
        box("999999000000", 117, 30, 118, 31),
        box("341702001000", 117, 30, 118, 131),
        {
            "type": "Feature",
            "properties": {"code": "341702001000"},
            "geometry": {"type": "Point", "coordinates": [1, 2]},
        },
        {"type": "Feature", "properties": {"code": "341702001000"}, "geometry": None},
        {"type": "Feature", "properties": {}},
        {
            "type": "Feature",
            "properties": {"code": "341702001000"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        },
    ],
)
def test_a_file_with_one_bad_feature_is_refused_whole(tmp_path, feature):
    with pytest.raises(BoundaryRefused) as refused:
        import_boundaries(write(tmp_path, box("341702002000", 117, 30, 118, 31), feature), "x")
    assert refused.value.fields["number"] == 2
    assert not Area.objects.filter(boundary_source="x").exists()


def test_a_file_that_is_no_geojson_is_refused(tmp_path):
    (tmp_path / "own.geojson").write_text("PK\x03\x04")
    with pytest.raises(BoundaryRefused):
        import_boundaries(tmp_path / "own.geojson", "x")
