"""Datums, distances and points that are no place."""

import json
import os
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.base.geo import PointOutOfRange, cells, checked, distance_m, looks_swapped, to_wgs84, wgs84_to_gcj02

SHARED = Path(os.environ.get("LINLI_SHARED", Path(__file__).resolve().parents[4] / "shared"))
CHIZHOU_LNG = st.floats(116.3, 118.3)
CHIZHOU_LAT = st.floats(29.4, 31.1)


# The pairs of eviltransform's own tests (googollee/eviltransform, MIT).
PAIRS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
def test_gcj02_is_moved_as_the_published_approximation_says(wgs, gcj):
    assert distance_m(wgs84_to_gcj02(*wgs), gcj) < 0.01
    assert distance_m(to_wgs84(*gcj, datum="gcj02"), wgs) < 0.01


@given(CHIZHOU_LNG, CHIZHOU_LAT)
def test_the_inverse_of_gcj02_agrees_to_less_than_a_millimetre(lng, lat):
    assert distance_m(to_wgs84(*wgs84_to_gcj02(lng, lat), datum="gcj02"), (lng, lat)) < 0.001


@given(CHIZHOU_LNG, CHIZHOU_LAT)
def test_in_chizhou_the_offset_is_half_a_kilometre_to_the_south_east(lng, lat):
    gcj = wgs84_to_gcj02(lng, lat)
    assert 400 < distance_m((lng, lat), (gcj.lng, lat)) < 600 and gcj.lng > lng
    assert 200 < distance_m((lng, lat), (lng, gcj.lat)) < 350 and gcj.lat < lat


def test_baidu_is_a_further_shift_of_about_a_kilometre():
    # Tian'anmen: the pair that conversions between the three datums are usually shown with.
    assert distance_m(to_wgs84(116.404, 39.915, "bd09"), (116.39134, 39.90733)) < 15


def test_outside_china_nothing_is_moved():
    assert wgs84_to_gcj02(24.94, 60.17) == (24.94, 60.17) == to_wgs84(24.94, 60.17, "gcj02")


def test_distance_of_a_degree_of_latitude_and_half_way_round():
    assert distance_m((117, 30), (117, 31)) == pytest.approx(111_195.1, abs=0.2)
    assert distance_m((0.1, 0), (-179.9, 0)) == pytest.approx(20_015_115, abs=2)


@pytest.mark.parametrize(
    ("lng", "lat"), [(0, 0), (181, 30), (117, 91), (float("nan"), 30), (117, float("inf")), (-180.1, 0)]
)
def test_what_is_no_place_is_refused(lng, lat):
    with pytest.raises(PointOutOfRange):
        checked(lng, lat)


def test_exchanged_coordinates_are_noticed():
    assert looks_swapped(30.65, 117.47) and not looks_swapped(117.47, 30.65) and not looks_swapped(2.35, 48.85)


def test_cells_hold_the_point_and_the_fine_one_lies_in_the_coarse_one():
    import h3

    found = cells(117.473238, 30.653910)
    assert h3.cell_to_parent(found.res12, 9) == found.res9
    ring = [(lng, lat) for lat, lng in h3.cell_to_boundary(found.res9)]
    assert shapely.Polygon(ring).contains(shapely.Point(117.473238, 30.653910))


@pytest.mark.skipif(not (SHARED / "data/areas").is_dir(), reason="the shared data folder is not beside the checkout")
def test_converted_fences_fit_an_independent_lineage_better_than_unconverted_ones():
    def county(name):
        document = json.loads((SHARED / f"data/areas/{name}.geojson").read_text())
        shapes = {feature["properties"]["code"]: feature["geometry"] for feature in document["features"]}
        return shapely.from_geojson(json.dumps(shapes["341702000000"]))

    ours, theirs = county("chizhou-counties-full"), county("chizhou-counties-lite")
    moved = shapely.transform(ours, lambda points: [wgs84_to_gcj02(*point) for point in points])
    overlap = [shape.intersection(theirs).area / shape.union(theirs).area for shape in (ours, moved)]
    assert overlap[0] > 0.96 > overlap[1]
