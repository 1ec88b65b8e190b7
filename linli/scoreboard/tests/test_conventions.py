"""Each row of the table «Common conventions» of the programme's targets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.scoreboard.declarations import AsOf
from linli.scoreboard.figures import head_count, percent, pooled, whole
from linli.scoreboard.status import distance, due_on, frozen_on, judge, line, satisfied, tone
from linli.scoreboard.tests.making import YEAR_END, figure, target

ADOPTED = date(2015, 5, 20)


@pytest.mark.parametrize(
    ("op", "value", "kept"),
    [
        (">=", "0.7", True),
        (">=", "0.69999999", False),
        ("<=", "0.7", True),
        ("<=", "0.70000001", False),
        ("==", "0.7", True),
        ("==", "0.71", False),
        ("trend<", "0.7", False),
        ("trend<", "0.6", True),
        ("trend>", "0.7", False),
        ("trend>", "0.8", True),
    ],
)
def test_or_more_and_or_less_include_the_number_itself(op, value, kept):
    unit = "trend" if op.startswith("trend") else "ratio"
    assert satisfied(target(op=op, unit=unit), Fraction(value)) is kept


@given(st.integers(0, 10**9))
def test_a_head_count_is_the_integer_ceiling_without_floats(employees):
    assert head_count(Fraction(5, 1000), employees) == -(-employees * 5 // 1000)


def test_a_promised_share_read_from_the_file_is_exact():
    assert target().goal == Fraction(7, 10)
    assert satisfied(target(), Fraction(7, 10))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(8996, 10000), "89.9 %"),
        (Fraction(1), "100.0 %"),
        (Fraction(99999, 100000), "99.9 %"),
        (Fraction(0), "0.0 %"),
        (None, "—"),
    ],
)
def test_a_rate_is_shown_to_one_decimal_always_floored(value, shown):
    assert percent(value) == shown


def test_what_should_fall_is_cut_upward_so_that_it_never_looks_better_than_it_is():
    assert percent(Fraction(1004, 10000), "down") == "10.1 %"
    assert percent(Fraction(-996, 10000), "down", signed=True) == "−9.9 %"
    assert (whole(Fraction(79, 2)), whole(Fraction(79, 2), "down")) == ("39", "40")


@given(st.fractions(0, 1))
def test_a_missed_rate_never_shows_as_met(value):
    promise = target()
    if not satisfied(promise, value):
        assert Fraction(percent(value).removesuffix(" %")) < 70


def test_without_objects_the_value_is_none_and_the_city_does_not_count_it():
    nobody = figure(0, 0, "34.3417.341722")
    assert nobody.value is None
    assert judge(target(), nobody.value, YEAR_END, start=ADOPTED) == "none"
    assert pooled("34.3417", [nobody, figure(1, 2)]).value == Fraction(1, 2)


def test_unknown_stays_in_the_denominator_and_is_listed_apart():
    known = figure(6, 10, unknown=3)
    assert (known.value, known.missing, known.unknown) == (Fraction(6, 10), 1, 3)


def test_as_of_is_the_end_of_the_local_day():
    as_of = AsOf(day=date(2026, 5, 20), start=date(2026, 4, 21))
    assert as_of.instant == datetime(2026, 5, 20, 15, 59, 59, 999999, UTC)
    assert as_of.end == datetime(2026, 5, 20, 16, 0, tzinfo=UTC)
    assert as_of.begin == datetime(2026, 4, 20, 16, 0, tzinfo=UTC)
    assert AsOf(day=date(2024, 2, 29), start=date(2024, 1, 1)).year_before() == AsOf(
        day=date(2023, 2, 28), start=date(2023, 1, 1)
    )


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=8))
def test_the_city_is_the_sum_of_its_counties_never_a_mean_of_rates(pairs):
    counties = [figure(min(pair), max(pair)) for pair in pairs]
    city = pooled("34.3417", counties)
    assert city.numerator == sum(min(pair) for pair in pairs)
    assert city.denominator == sum(max(pair) for pair in pairs)


def test_percentiles_are_not_pooled():
    with pytest.raises(ValueError, match="pooled"):
        pooled("34.3417", [figure(12, shape="percentile")])


@pytest.mark.parametrize(
    ("status", "strength", "colour"),
    [
        ("missed", "must", "red"),
        ("missed", "aim", "orange"),
        ("behind", "must", "red"),
        ("behind", "aim", "orange"),
        ("on_track", "must", "blue"),
        ("ahead", "aim", "good"),
        ("met", "must", "good"),
        ("none", "must", "idle"),
    ],
)
def test_a_missed_aim_is_amber_and_a_missed_must_is_red(status, strength, colour):
    assert tone(status, strength) == colour


@pytest.mark.parametrize(
    ("value", "day", "status"),
    [
        (None, date(2016, 6, 1), "none"),
        ("0.70", date(2016, 12, 30), "ahead"),
        ("0.50", date(2016, 3, 10), "on_track"),  # day 295 of the 591 from 0.30 to 0.70
        ("0.49", date(2016, 3, 10), "behind"),
        ("0.70", YEAR_END, "met"),
        ("0.6999", YEAR_END, "missed"),
        ("0.60", date(2017, 6, 1), "missed"),
    ],
)
def test_the_six_statuses(value, day, status):
    exact = None if value is None else Fraction(value)
    assert judge(target(), exact, day, start=ADOPTED, baseline=Fraction(3, 10)) == status


def test_the_line_runs_straight_from_the_baseline_to_the_target():
    promise = target(due=date(2015, 5, 30))
    assert line(promise, date(2015, 5, 25), ADOPTED, Fraction(1, 10)) == Fraction(4, 10)
    assert line(promise, date(2015, 5, 25), ADOPTED, None) == Fraction(35, 100)
    assert line(promise, date(2015, 6, 25), ADOPTED, None) == Fraction(7, 10)
    assert line(target(due=None), date(2015, 5, 25), ADOPTED, None) is None


def test_a_yes_or_no_is_on_track_until_its_date():
    promise = target(op="==", value=True, unit="bool")
    assert judge(promise, Fraction(0), date(2016, 12, 30), start=ADOPTED) == "on_track"
    assert judge(promise, Fraction(0), YEAR_END, start=ADOPTED) == "missed"


def test_a_standing_duty_has_no_date_to_miss():
    standing = target(due=None, op="==", value=1)
    assert judge(standing, Fraction(1), YEAR_END, start=ADOPTED) == "met"
    assert judge(standing, Fraction(9, 10), YEAR_END, start=ADOPTED) == "behind"


def test_a_figure_that_should_fall_is_on_track_below_its_line():
    falling = target(op="<=", value=0, due=date(2015, 5, 30))
    assert judge(falling, Fraction(4, 10), date(2015, 5, 25), start=ADOPTED, baseline=Fraction(1)) == "on_track"
    assert judge(falling, Fraction(6, 10), date(2015, 5, 25), start=ADOPTED, baseline=Fraction(1)) == "behind"


def test_after_the_last_date_the_status_is_frozen_and_a_yearly_target_falls_due_again():
    assert frozen_on(target(), YEAR_END) is None
    assert frozen_on(target(), date(2017, 1, 1)) == YEAR_END
    yearly = target(due=date(2015, 12, 31), yearly=True)
    assert due_on(yearly, date(2026, 5, 20)) == date(2026, 12, 31)
    assert frozen_on(yearly, date(2026, 5, 20)) is None


@pytest.mark.parametrize(
    ("fields", "counted", "needed"),
    [
        ({}, figure(126, 200), 14),
        ({"value": "0.50"}, figure(1035, 2180), 55),
        ({}, figure(140, 200), 0),
        ({"op": "==", "value": 1}, figure(192, 206), 14),
        ({"op": ">=", "value": 40, "unit": "count"}, figure(38), 2),
        ({"op": "==", "value": 0, "unit": "count"}, figure(3), 3),
        ({"op": "<=", "value": "0.05"}, figure(12, 99), 8),  # 5 % of 99 allows 4
        ({"op": "==", "value": True, "unit": "bool"}, figure(0, shape="bool"), 1),
        ({}, figure(0, 0), None),
    ],
)
def test_the_distance_is_counted_in_objects_on_the_pooled_figure(fields, counted, needed):
    assert distance(target(**fields), counted) == needed
