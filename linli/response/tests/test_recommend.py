"""The nearest able units by road: the order, the reasons, why not the others, and what old positions are worth."""

import random
from datetime import timedelta

import pytest
from django.utils.translation import override

from linli.accounts.actor import SYSTEM
from linli.areas.roads import city_graph
from linli.base import clock
from linli.base.geo import PointOutOfRange
from linli.response.crew import report_position
from linli.response.models import Fix, Own, Unit
from linli.response.moves import move, offer
from linli.response.recommend import recommend
from linli.response.status import states
from linli.response.tests.conftest import SITE
from linli.response.travel import LOST, whereabouts

MINUTE = timedelta(minutes=1)
NEAR, FAR = (117.482082, 30.646080), (117.613899, 30.640365)


@pytest.fixture(autouse=True)
def sight(see_all, noon):
    """The tests make rows as the house itself, at noon."""


@pytest.fixture
def at(make_unit, dispatcher):
    """Make a unit whose position is `age` old."""

    def make(call_sign, point, age=0 * MINUTE, **fields):
        unit = make_unit(call_sign, own_status=Own.PATROL, **fields)
        report_position(unit.pk, *point, SYSTEM, at=clock.now() - age)
        return unit

    return make


def names(candidates):
    return [candidate.state.unit.call_sign for candidate in candidates]


def test_the_nearest_by_road_comes_first(at, dispatcher):
    at("far", FAR)
    at("near", NEAR)
    found = recommend(SITE, ["guard"], dispatcher)
    assert names(found.able) == ["near", "far"] and found.sketch and found.others == ()


def test_it_agrees_with_asking_each_unit_for_itself(at, dispatcher):
    chance = random.Random(341700)
    points = {f"u{n:02}": (chance.uniform(117.2, 117.8), chance.uniform(30.3, 30.7)) for n in range(25)}
    for name, point in points.items():
        at(name, point)
    graph = city_graph()
    alone = {name: graph.times_from(point, [SITE])[0] for name, point in points.items()}
    reachable = sorted((seconds, name) for name, seconds in alone.items() if seconds is not None)
    assert names(recommend(SITE, [], dispatcher, limit=25).able) == [name for _seconds, name in reachable]


def test_a_fresh_position_goes_before_an_old_one_that_may_be_anywhere(at, dispatcher):
    at("old", NEAR, age=28 * MINUTE)
    at("fresh", FAR)
    found = recommend(SITE, ["guard"], dispatcher)
    assert names(found.able) == ["fresh", "old"]
    old = found.able[1]
    assert old.estimate.latest - old.estimate.seconds == 1680 and old.estimate.earliest == 0
    with override("en"):
        assert "position is 28 min old" in old.reasons() and old.reasons()[-1].startswith("between 0 and ")
        assert found.able[0].reasons()[1:] == ["sketch road network"]


def test_why_the_others_are_not(at, make_unit, make_case, dispatcher, crew):
    offer(make_case().pk, at("taken", NEAR).pk, dispatcher)
    move(at("off", NEAR), "off_duty", crew)
    at("patrol", NEAR, capabilities=["patrol"])
    make_unit("nowhere", home=None)
    at("island", (121.5, 31.2))
    found = recommend(SITE, ["guard"], dispatcher, limit=10)
    assert found.able == ()
    with override("en"):
        reasons = {candidate.state.unit.call_sign: candidate.why_not() for candidate in found.others}
    unknown = "its place is unknown, or no road of the network leads from it to here"
    assert reasons == {
        "taken": ["offered"],
        "off": ["off duty"],
        "patrol": ["lacks: guard"],
        "nowhere": [unknown],
        "island": [unknown],
    }
    assert names(found.others)[-1] == "patrol"


def test_a_case_without_a_point_gives_no_times_and_says_so(at, make_case, dispatcher):
    at("near", NEAR)
    found = recommend(make_case(point=None), ["guard"], dispatcher)
    assert found.able == () and found.others[0].why_not()


def test_only_units_the_actor_sees(at, dispatcher):
    at("ours", NEAR)
    at("theirs", NEAR, area_path="34.3417.341721")
    assert names(recommend(SITE, ["guard"], dispatcher).able) == ["ours"]


def test_retired_units_are_not_offered(at, dispatcher):
    at("gone", NEAR, retired_on=clock.local(clock.now()).date())
    assert recommend(SITE, [], dispatcher).able == ()


def test_a_place_that_is_none_is_refused(at, dispatcher):
    at("near", NEAR)
    with pytest.raises(PointOutOfRange):
        recommend((0, 0), [], dispatcher)


@pytest.mark.parametrize(
    ("own", "age", "origin", "unsure"),
    [
        ("patrol", 0, "position", 0),
        ("patrol", 10, "position", 600),
        ("patrol", 31, "home", LOST.total_seconds()),
        ("patrol", None, "home", LOST.total_seconds()),
        ("base", 2, "position", 120),
        ("base", 10, "base", 0),
        ("base", None, "base", 0),
    ],
)
def test_where_a_unit_is_taken_to_be(make_unit, dispatcher, own, age, origin, unsure):
    unit = make_unit(own_status=own)
    if age is not None:
        report_position(unit.pk, *NEAR, dispatcher, at=clock.now() - age * MINUTE)
    place = whereabouts(states(Unit.objects.all())[0])
    assert (place.origin, place.unsure_s) == (origin, unsure)


def test_an_older_position_never_replaces_a_newer_one(at, dispatcher):
    unit = at("near", NEAR)
    assert not report_position(unit.pk, *FAR, dispatcher, at=clock.now() - MINUTE, by=Fix.HTTP)
    assert report_position(unit.pk, *FAR, dispatcher, at=clock.now() + 60 * MINUTE, by=Fix.HTTP)
    unit.refresh_from_db()
    assert (unit.lng, unit.lat, unit.position_at, unit.position_by) == (*FAR, clock.now(), "http")
    with pytest.raises(PointOutOfRange):
        report_position(unit.pk, 0, 0, dispatcher)


def test_the_age_of_a_position_is_shown(at):
    at("old", NEAR, age=3 * MINUTE)
    (shown,) = [state.as_dict() for state in states(Unit.objects.all())]
    assert (shown["position_age_s"], shown["stale"], shown["mark"], shown["code"]) == (180, True, "available", 1)


def test_the_number_of_queries_does_not_grow_with_the_units(at, dispatcher, django_assert_max_num_queries):
    for number in range(12):
        at(f"u{number}", NEAR)
    with django_assert_max_num_queries(14):
        recommend(SITE, ["guard"], dispatcher)
