"""Figures counted by the database: as of any day, by any group, each with its missing rows, one query per side."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import counted, evaluate, missing, series, total, unknown
from linli.scoreboard.figures import percent, pooled
from linli.scoreboard.tests import world
from linli.scoreboard.tests.world import CITY, DAY, DONGZHI, GUICHI, QINGYANG, SHITAI, SINCE, City

pytestmark = pytest.mark.django_db
COUNTIES = (GUICHI, DONGZHI, SHITAI, QINGYANG)
TODAY = AsOf(day=DAY)


@pytest.fixture
def city(see_all) -> City:
    return City()


def pairs(figures):
    return {figure.area: (int(figure.numerator), int(figure.denominator)) for figure in figures}


def test_story_2_by_county_pooled_and_without_objects(city):
    city.systems(GUICHI, 9, 20)
    city.systems(DONGZHI, 3, 10)
    city.systems(QINGYANG, 3, 5)
    counties = evaluate(world.share, TODAY, "county", within=CITY, areas=COUNTIES)
    assert pairs(counties) == {GUICHI: (9, 20), DONGZHI: (3, 10), SHITAI: (0, 0), QINGYANG: (3, 5)}
    assert [figure.value for figure in counties if figure.area == SHITAI] == [None]
    whole = pooled(CITY, counties)
    assert (whole.numerator, whole.denominator, percent(whole.value)) == (15, 35, "42.8 %")
    assert total(world.share, TODAY, within=CITY) == whole


def test_one_query_per_side(city):
    city.systems(GUICHI, 1, 3)
    for ask in (
        lambda: evaluate(world.share, TODAY, within=CITY),
        lambda: series(world.share, [AsOf(day=DAY - timedelta(days=n)) for n in range(24)], within=CITY),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask()
        sides = [query for query in asked.captured_queries if "registers_asset" in query["sql"]]
        assert len(sides) == 3  # numerator, denominator, unknown


def test_as_of_sees_what_was_so_at_the_end_of_that_day(city):
    city.system(GUICHI, joined=date(2016, 3, 1), left=date(2020, 1, 15))
    city.system(GUICHI, since=date(2018, 1, 1), until=date(2019, 1, 1))
    days = [
        date(2016, 2, 29),
        date(2016, 3, 1),
        date(2018, 6, 1),
        date(2019, 1, 1),
        date(2020, 1, 14),
        date(2020, 1, 15),
    ]
    figures = series(world.share, [AsOf(day=day) for day in days], within=CITY)
    assert [(figure.numerator, figure.denominator) for figure in figures] == [
        (0, 1),
        (1, 1),
        (1, 2),
        (1, 1),
        (1, 1),
        (0, 1),
    ]


@pytest.mark.parametrize(("hour", "there"), [(15, 1), (16, 0)])
def test_what_begins_at_midnight_belongs_to_the_next_day(city, hour, there):
    asset = city.system(GUICHI)
    start = world.moment(DAY, hour)  # 15:00 UTC is 23:00 here, 16:00 UTC is 0:00 of the next day
    world.Interval.objects.create(asset=asset, what="joined", value="yes", during=(start, None))
    assert total(world.share, TODAY, within=CITY).numerator == there


def test_the_drill_down_lists_exactly_what_is_missing_with_its_reason(city):
    joined = city.systems(GUICHI, 2, 2)
    never = city.system(GUICHI)
    lapsed = city.system(GUICHI, joined=date(2016, 1, 1), left=date(2017, 1, 1))
    doubtful = city.system(GUICHI, settings={"doubt": True})
    elsewhere = city.system(SHITAI)
    figure = total(world.share, TODAY, within=GUICHI)
    rows = missing(world.share, TODAY, GUICHI)
    assert {row.pk: row.reason for row in rows} == {never.pk: "never", lapsed.pk: "lapsed"}
    assert list(unknown(world.share, TODAY, GUICHI)) == [doubtful]
    assert set(counted(world.share, TODAY, GUICHI)) == set(joined)
    assert (figure.missing, figure.unknown) == (2, 1)
    assert figure.denominator - figure.numerator == len(rows) + 1
    assert elsewhere in missing(world.share, TODAY, CITY)


def test_story_4_governments_are_counted_each_by_its_own_area(city):
    for area, joined in ((CITY, SINCE), (GUICHI, SINCE), (DONGZHI, SINCE), (SHITAI, None), (QINGYANG, SINCE)):
        city.system(area, joined, area_path=area)
    governments = evaluate(world.share, TODAY, "government", within=CITY)
    assert pairs(governments) == {CITY: (1, 1), GUICHI: (1, 1), DONGZHI: (1, 1), SHITAI: (0, 1), QINGYANG: (1, 1)}
    assert pairs(evaluate(world.share, TODAY, "county", within=CITY)) == pairs(governments)
    whole = pooled(CITY, governments)
    assert (whole.denominator, percent(whole.value)) == (5, "80.0 %")
    assert [row.area_path for row in missing(world.share, TODAY, CITY)] == [SHITAI]


def test_slices_narrow_and_group(city):
    city.systems(GUICHI, 1, 2)
    by_type = evaluate(world.share, TODAY, "type", within=CITY)
    assert pairs(by_type) == {"trial.system": (1, 2)}
    none = total(world.share, TODAY, within=CITY, slice={"type": "other"})
    assert (none.denominator, none.value) == (0, None)
    with pytest.raises(ValueError, match="cannot be grouped"):
        evaluate(world.share, TODAY, "number", within=CITY)


def test_time_shares_sum_hours_exactly(city):
    as_of = AsOf(day=DAY, start=DAY - timedelta(days=9))
    broken = city.system(GUICHI, joined=DAY - timedelta(days=5))
    world.Interval.objects.create(
        asset=broken, what="joined", value="yes", during=(world.moment(SINCE), world.moment(DAY - timedelta(days=8)))
    )
    whole = city.system(GUICHI, joined=SINCE)
    never = city.system(DONGZHI)
    figure = total(world.time_share, as_of, within=CITY)
    assert figure.denominator == 3 * 10 * 24
    assert figure.numerator == 10 * 24 + (5 * 24 + 12) + (24 + 12)
    short = missing(world.time_share, as_of, CITY)
    assert whole not in short and never in short and len(short) == 2


def test_time_ahead_is_neither_due_nor_done(city):
    city.system(GUICHI, joined=SINCE)
    with clock.at(world.moment(DAY)):
        figure = total(world.time_share, TODAY, within=CITY)
    assert (figure.numerator, figure.denominator) == (12, 12)


def test_a_bare_count_has_a_value_and_no_missing_rows(city):
    city.systems(GUICHI, 3, 5)
    figure = total(world.count, TODAY, within=CITY)
    assert (figure.value, figure.denominator, figure.missing) == (3, None, None)
    assert not missing(world.count, TODAY, CITY).exists()


def test_a_percentile_is_asked_anew_for_the_whole(city):
    for number, county in enumerate([GUICHI] * 19 + [SHITAI]):
        city.system(county, lng=None, supervision=timedelta(seconds=10 * (number + 1)))
    p95 = world.indicator(shape="percentile", weight="supervision", denominator=None, numerator=world.eligible)
    counties = evaluate(p95, TODAY, within=CITY)
    assert {figure.area: figure.value for figure in counties} == {GUICHI: Fraction(190), SHITAI: Fraction(200)}
    assert total(p95, TODAY, within=CITY).value == Fraction(190)


def test_a_numerator_outside_its_denominator_is_a_fault_not_a_figure(city):
    city.systems(GUICHI, 1, 2)
    with pytest.raises(ValueError, match="counts more than there are"):
        evaluate(world.faulty, TODAY, within=CITY)


def test_sums_of_floats_are_refused(city):
    city.system(GUICHI, joined=SINCE, lng=117.5)
    floating = world.indicator(shape="time_share", weight="lng", numerator=world.eligible)
    with pytest.raises(TypeError, match="sum whole numbers"):
        total(floating, TODAY, within=CITY)


def test_an_indicator_of_nothing_is_none(city):
    city.systems(GUICHI, 1, 2)
    assert total(world.nothing, TODAY, within=CITY).value is None


def test_figures_are_the_same_for_every_reader(db):
    from linli.base import visibility

    with visibility.system():
        City().systems(GUICHI, 1, 2)
    with visibility.seeing([SHITAI], post="inspector"):
        assert total(world.share, TODAY, within=CITY).denominator == 2
