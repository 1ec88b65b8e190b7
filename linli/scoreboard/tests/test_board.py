"""The board: every target of a programme with its figure, status, distance, line and frozen result."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.apps import apps

from linli.areas.loader import load_areas
from linli.scoreboard.board import board, read
from linli.scoreboard.loading import load
from linli.scoreboard.places import NoArea
from linli.scoreboard.registry import indicators
from linli.scoreboard.tests import world
from linli.scoreboard.tests.making import programme, target
from linli.scoreboard.tests.world import CITY, DAY, DONGZHI, GUICHI, QINGYANG, SHITAI, City

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
TRIAL = {"pack": "trial", "indicator": "joined"}


@pytest.fixture
def city(see_all):
    load_areas()
    with indicators.opened():
        indicators.install([world.share])
        yield City()


def test_a_target_with_its_figure_distance_and_counties(city):
    for county, joined, of in ((GUICHI, 69, 104), (DONGZHI, 33, 55), (SHITAI, 4, 9), (QINGYANG, 20, 32)):
        city.systems(county, joined, of)
    promise = target(**TRIAL, due=date(2026, 12, 31))
    row = read(programme(promise, adopted=date(2026, 1, 1)), promise, DAY)
    assert (row.live.figure.numerator, row.live.figure.denominator) == (126, 200)
    assert (row.status, row.tone, row.distance) == ("behind", "red", 14)
    assert {figure.area: figure.numerator for figure in row.groups} == {
        GUICHI: 69,
        DONGZHI: 33,
        SHITAI: 4,
        QINGYANG: 20,
    }
    assert row.baseline == Fraction(126, 200)
    assert row.line > row.baseline
    assert [result.day.isoformat() for result in row.history] == [
        "2026-01-01",
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-20",
    ]


def test_every_county_appears_also_without_objects(city):
    city.systems(GUICHI, 1, 2)
    row = read(programme(target(**TRIAL)), target(**TRIAL), DAY)
    assert [figure.area for figure in row.groups] == [GUICHI, DONGZHI, SHITAI, QINGYANG]
    assert [figure.value for figure in row.groups] == [Fraction(1, 2), None, None, None]


def test_story_3_the_result_is_frozen_by_asking_for_its_date_and_the_live_value_goes_on(city):
    promise = target(**TRIAL, value="0.50")
    trial = programme(promise)
    rows = city.systems(GUICHI, 4, 10)
    late = rows[-1]
    world.Interval.objects.create(
        asset=late, what="joined", value="yes", during=(world.moment(date(2017, 1, 15)), None)
    )
    row = read(trial, promise, date(2017, 2, 1))
    assert (row.frozen.day, row.frozen.value, row.frozen.status) == (date(2016, 12, 31), Fraction(4, 10), "missed")
    assert row.live.value == Fraction(5, 10)
    assert (row.status, row.distance) == ("missed", 1)
    # A late entry about 2016 changes what 2016 came to: nothing was stored.
    world.Interval.objects.create(
        asset=rows[-2], what="joined", value="yes", during=(world.moment(date(2016, 6, 1)), None)
    )
    assert read(trial, promise, date(2017, 2, 1)).frozen.value == Fraction(5, 10)


def test_a_rise_is_compared_with_a_year_before(city):
    rising = target(**TRIAL, op="trend>", value=0, unit="trend", due=None, strength="aim")
    city.systems(GUICHI, 1, 4, since=date(2016, 1, 1))
    city.system(GUICHI, joined=date(2026, 1, 1))
    row = read(programme(rising), rising, DAY)
    assert (row.live.value, row.status) == (Fraction(2, 5) - Fraction(1, 5), "met")
    row = read(programme(rising), rising, date(2025, 5, 20))
    assert (row.live.value, row.status, row.tone) == (0, "behind", "orange")


def test_a_forecast_stands_on_the_months_before(city):
    for month in range(1, 6):
        city.system(GUICHI, joined=date(2026, month, 2))
    city.systems(GUICHI, 0, 15)
    promise = target(**TRIAL, due=date(2026, 12, 31))
    row = read(programme(promise, adopted=date(2025, 12, 31)), promise, DAY)
    assert row.forecast is not None
    assert row.forecast.day == date(2026, 12, 31)
    assert float(row.live.value) < row.forecast.low <= row.forecast.value <= row.forecast.high <= 1


def test_the_whole_programme_is_complete_and_grey_where_a_pack_is_not_installed(city):
    rows = board(load(ROOT / "programmes" / "chizhou-333.toml"), DAY)
    assert len(rows) == 64
    absent = {(row.gap, row.status, row.tone) for row in rows if row.target.pack not in apps.app_configs}
    assert absent == {("pack", "none", "idle")}


def test_an_indicator_that_an_installed_pack_lacks_is_named(city):
    promise = target(pack="scoreboard", indicator="nothing")
    assert read(programme(promise), promise, DAY).gap == "indicator"


def test_the_worst_stand_first(city):
    city.systems(GUICHI, 6, 10)
    promises = [
        target(**TRIAL, id="T01", value="0.50"),
        target(**TRIAL, id="T02", value="0.70", due=date(2017, 12, 31)),
        target(**TRIAL, id="T03", value="0.90", due=date(2018, 12, 31), strength="aim"),
        target(**TRIAL, id="T04", value="1.00", due=date(2019, 12, 31)),
        target(id="T05", pack="other", indicator="none"),
    ]
    rows = board(programme(*promises), DAY)
    assert [row.target.id for row in rows] == ["T04", "T02", "T03", "T01", "T05"]


def test_an_area_that_is_not_in_the_tree_is_named(city):
    with pytest.raises(NoArea, match="9999"):
        read(programme(target(**TRIAL), areas=("9999",)), target(**TRIAL), DAY)


def test_governments_are_a_group_of_their_own(city):
    for area in (CITY, GUICHI, DONGZHI, SHITAI, QINGYANG):
        city.system(area, None if area == SHITAI else world.SINCE, area_path=area)
    promise = target(**TRIAL, op="==", value=1, yearly=True, due=date(2015, 12, 31), group_by=("government",))
    row = read(programme(promise), promise, DAY)
    assert (row.due, row.frozen) == (date(2026, 12, 31), None)
    assert [figure.area for figure in row.groups if figure.missing] == [SHITAI]
