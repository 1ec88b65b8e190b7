"""Ways by road: true networks against computed lengths, one-way streets, pieces cut off, the demo's drawn roads."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.areas.roads import RoadGraph, city_graph, read_graph

DATA = Path(__file__).resolve().parent / "data_odbl"


def network(name):
    return read_graph(DATA / f"roads-{name}-nodes.csv.gz", DATA / f"roads-{name}-edges.csv.gz")


def routes(name):
    with (DATA / f"roads-{name}-routes.csv").open() as file:
        return [(int(row["from"]), int(row["to"]), float(row["shortest_m"])) for row in csv.DictReader(file)]


def one_edge_a_pair(graph):
    """The network as the computed routes knew it: of parallel edges the one listed last."""
    last = {}
    for edge in graph.edges:
        ways = [(edge.start, edge.end)] if edge.oneway else [(edge.start, edge.end), (edge.end, edge.start)]
        for start, end in ways:
            shape = edge.shape if start == edge.start else edge.shape[::-1]
            last[start, end] = type(edge)(
                start, end, edge.length_m, edge.seconds, True, edge.invented, edge.highway, shape
            )
    return RoadGraph(graph.points, list(last.values()))


@pytest.mark.parametrize(("name", "nodes", "edges"), [("helsinki", 1009, 1112), ("andorra", 1734, 2041)])
def test_shortest_lengths_equal_the_computed_ones(name, nodes, edges):
    graph = network(name)
    assert (len(graph.points), len(graph.edges), graph.invented) == (nodes, edges, False)
    reduced = one_edge_a_pair(graph)
    for start, end, metres in routes(name):
        (found,) = reduced.metres_from(graph.points[start], [graph.points[end]])
        assert found == pytest.approx(metres, abs=1.0)


@pytest.mark.parametrize("name", ["helsinki", "andorra"])
def test_with_all_parallel_roads_no_way_is_longer(name):
    graph = network(name)
    shorter = 0
    for start, end, metres in routes(name):
        (found,) = graph.metres_from(graph.points[start], [graph.points[end]])
        assert found < metres + 1.0
        shorter += found < metres - 1.0
    assert shorter == {"helsinki": 1, "andorra": 12}[name]


def test_many_to_one_is_the_same_as_one_to_many_each():
    graph = network("andorra")
    case = graph.points[281]
    units = [graph.points[number] for number in (131, 532, 977, 1348, 787, 1637, 4, 1439)]
    there = graph.times_to(case, units)
    assert there == [pytest.approx(graph.times_from(unit, [case])[0], abs=0.01) for unit in units]
    assert there != [pytest.approx(seconds, abs=0.01) for seconds in graph.times_from(case, units)]


def write(folder, nodes, edges):
    header = "from,to,length_m,highway,oneway,maxspeed,source,shape\n"
    (folder / "n.csv").write_text("id,lng,lat\n" + nodes)
    (folder / "e.csv").write_text(header + edges)
    return read_graph(folder / "n.csv", folder / "e.csv")


SQUARE = "a,117.00,30.00\nb,117.01,30.00\nc,117.01,30.01\nd,117.00,30.01\n"
RING = "a,b,960,primary,1,,,\nb,c,1112,primary,1,,,\nc,d,960,primary,1,,,\nd,a,1112,primary,1,,,\n"


def test_a_one_way_street_is_driven_one_way_only(tmp_path):
    graph = write(tmp_path, SQUARE, RING)
    early, late = (117.002, 30.0), (117.008, 30.0)
    assert graph.metres_from(early, [late]) == [pytest.approx(576, abs=2)]
    assert graph.metres_from(late, [early]) == [pytest.approx(960 + 1112 + 960 + 1112 - 576, abs=2)]


def test_of_two_roads_between_the_same_places_the_quicker_counts(tmp_path):
    graph = write(tmp_path, SQUARE, RING + 'a,b,400,motorway,1,,,"117.005,30.002"\n')
    assert graph.metres_from((117.0, 30.0), [(117.01, 30.0)]) == [pytest.approx(400)]


def test_a_posted_limit_slows_and_the_way_to_the_road_counts(tmp_path):
    graph = write(tmp_path, SQUARE, "a,b,1000,primary,0,30,,\n")
    assert graph.times_from((117.0, 30.0), [(117.01, 30.0)]) == [pytest.approx(120)]
    ((seconds),) = graph.times_from((117.0, 30.0), [(117.01, 30.009)])
    assert seconds == pytest.approx(120 + 1000.7 * 3.6 / 20, abs=1)


def test_a_piece_cut_off_and_the_open_country_have_no_route(tmp_path):
    island = "e,117.05,30.0\nf,117.06,30.0\n"
    graph = write(tmp_path, SQUARE + island, RING + "e,f,960,primary,0,,,\n")
    assert graph.snap(117.055, 30.0001) is None and graph.snap(118.0, 30.0) is None
    assert graph.times_from((117.0, 30.0), [(117.055, 30.0), (117.01, 30.0)])[0] is None
    assert graph.times_from((117.055, 30.0), [(117.0, 30.0)]) == [None]


def test_a_dead_end_of_one_way_beside_the_network_yields_to_it(tmp_path):
    stub = "e,117.004,30.0002\nf,117.006,30.0002\n"
    graph = write(tmp_path, SQUARE + stub, RING + "e,f,192,service,1,,,\n")
    assert graph.snap(117.005, 30.0002).edge == 0


def test_a_table_that_cannot_be_read_names_the_line(tmp_path):
    with pytest.raises(ValueError, match=r"e.csv:2"):
        write(tmp_path, SQUARE, "a,x,960,primary,1,,,\n")
    with pytest.raises(ValueError, match=r"n.csv:2"):
        write(tmp_path, "a,east,30\n", RING)


def test_the_demo_s_roads_say_that_they_are_drawn():
    graph = city_graph()
    places = {"池阳街道": (117.473238, 30.653910)}
    with (Path(__file__).parents[1] / "data_odbl/roads-chizhou-demo-nodes.csv").open(encoding="utf-8") as file:
        places |= {row["name"]: (float(row["lng"]), float(row["lat"])) for row in csv.DictReader(file)}
    minutes = graph.times_from(places["池阳街道"], [places[name] for name in ("仁里镇", "尧渡镇", "蓉城镇")])
    assert [round(seconds / 60) for seconds in minutes] == [78, 140, 83]
    assert graph.invented


LNG, LAT = st.floats(117.1, 117.9), st.floats(30.2, 30.7)


@given(LNG, LAT, LNG, LAT, LNG, LAT)
def test_a_detour_is_never_quicker(a_lng, a_lat, b_lng, b_lat, c_lng, c_lat):
    graph, a, b, c = city_graph(), (a_lng, a_lat), (b_lng, b_lat), (c_lng, c_lat)
    straight, first = graph.times_from(a, [b, c])
    (second,) = graph.times_from(c, [b])
    if None not in (straight, first, second):
        assert straight <= first + second + 0.01
