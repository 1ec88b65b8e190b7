"""Stories 2, 3, 5, 7 and 8 of the domain file, and the edges of the decision rule. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.domains.networked_alarms.decisions import Heard, ends_test, false_rate, ground
from linli.domains.networked_alarms.site_plan import SitePlan, ZonePlan, zone_number
from linli.domains.networked_alarms.vocabulary import Ground, Nature, Outcome, Principle

TEN = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)  # 10:00 on the wall
SHOP = SitePlan(
    zones={
        "3": ZonePlan(name="front door", principle=Principle.MAGNETIC, adjacent=("4",)),
        "4": ZonePlan(name="counter", principle=Principle.MAGNETIC),
        "5": ZonePlan(name="hall", principle=Principle.INFRARED),
        "6": ZonePlan(name="hall", principle=Principle.MICROWAVE),
        "9": ZonePlan(name="attic", principle=Principle.INFRARED),
        "21": ZonePlan(principle=Principle.SMOKE),
        "22": ZonePlan(principle=Principle.SMOKE),
        "29": ZonePlan(principle=Principle.CALL_POINT),
    }
)


def heard(zone, seconds=0.0, nature=Nature.INTRUSION, **more):
    return Heard(nature=nature, zone=zone, at=TEN + timedelta(seconds=seconds), **more)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(110, Ground.ADJACENT_ZONES), (120, Ground.ADJACENT_ZONES), (121, None)]
)
def test_story_2_adjacent_zones_within_120_seconds(seconds, expected):
    assert ground(heard("4", seconds), [heard("3")], SHOP) == expected


def test_story_2_neighbours_are_neighbours_in_either_order_and_with_leading_zeros():
    assert ground(heard("003", 60), [heard("004")], SHOP) == Ground.ADJACENT_ZONES


def test_story_3_two_principles_in_one_room_are_handed_over():
    assert ground(heard("6", 40), [heard("5")], SHOP) == Ground.TWO_PRINCIPLES


def test_story_3_two_infrared_detectors_of_other_rooms_are_not():
    assert ground(heard("9", 40), [heard("5")], SHOP) is None


def test_two_zones_of_which_nothing_is_known_are_verified_first():
    assert ground(heard("41", 10), [heard("42")], SHOP) is None
    assert ground(heard("41", 10), [heard("5")], SHOP) is None


def test_one_zone_that_goes_on_is_one_detector():
    assert ground(heard("3", 20), [heard("003"), heard("3", 10)], SHOP) is None


def test_a_second_zone_that_came_first_is_no_sequence():
    assert ground(heard("4", 0), [heard("3", 5)], SHOP) is None


def test_a_panel_that_verified_by_a_second_detector_is_believed():
    assert ground(heard("3", verified=True), [], SHOP) == Ground.TWO_PRINCIPLES


def test_a_hold_up_is_verified_first_unless_110_is_wired_or_it_is_silent():
    panic = heard("1", nature=Nature.PANIC)
    assert ground(panic, [], SHOP) is None
    assert ground(panic, [], SHOP.model_copy(update={"wired_to_110": True})) == Ground.WIRED
    assert ground(heard("1", nature=Nature.PANIC, silent=True), [], SHOP) == Ground.PANIC


def test_story_8_one_smoke_detector_is_called_back_first():
    assert ground(heard("21", nature=Nature.FIRE), [], SHOP) is None


@pytest.mark.parametrize(
    "call_point",
    [
        heard("29", nature=Nature.FIRE),
        heard("77", nature=Nature.FIRE, code="115"),
        heard("77", nature=Nature.FIRE, manual=True),
    ],
)
def test_story_8_a_manual_call_point_is_handed_over_at_once(call_point):
    assert ground(call_point, [], SHOP) == Ground.CALL_POINT


def test_two_fire_detectors_are_handed_over():
    first = heard("21", nature=Nature.FIRE)
    assert ground(heard("22", 300, nature=Nature.FIRE), [first], SHOP) == Ground.TWO_DETECTORS
    assert ground(heard("21", 30, nature=Nature.FIRE), [first], SHOP) is None


def test_in_a_test_a_call_point_or_a_second_detector_is_real():
    first = heard("21", nature=Nature.FIRE)
    assert not ends_test(first, [], SHOP)
    assert ends_test(heard("22", 5, nature=Nature.FIRE), [first], SHOP)
    assert ends_test(heard("29", 5, nature=Nature.FIRE), [], SHOP)
    assert not ends_test(heard("4", 5), [heard("3")], SHOP)


def test_a_test_window_is_over_when_its_time_is():
    plan = SHOP.model_copy(update={"test_until": TEN})
    assert plan.in_test(TEN - timedelta(seconds=1)) and not plan.in_test(TEN)


def test_story_7_false_rate_leaves_tests_out():
    outcomes = [Outcome.TRUE] * 10 + [Outcome.FALSE] * 40 + [Outcome.TEST] * 25
    assert false_rate(outcomes) == (40, 50)


@pytest.mark.parametrize(
    ("text", "number"), [("003", "3"), ("3", "3"), ("000", "0"), ("", ""), (None, ""), ("0A1", "A1")]
)
def test_zone_numbers(text, number):
    assert zone_number(text) == number


def test_a_device_that_says_there_is_fire_in_it_is_no_second_detector():
    whole = heard("@", 10, nature=Nature.FIRE, summary=True)
    assert ground(whole, [heard("21", nature=Nature.FIRE)], SHOP) is None
    assert ground(heard("21", 20, nature=Nature.FIRE), [whole], SHOP) is None
    assert ground(heard("22", 30, nature=Nature.FIRE), [heard("21", nature=Nature.FIRE), whole], SHOP)
