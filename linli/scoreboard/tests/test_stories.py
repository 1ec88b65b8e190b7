"""The numbered stories of the programme's targets, on their own figures (story 7 is a page: test_pages)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from linli.scoreboard.figures import head_count, percent, pooled
from linli.scoreboard.status import frozen_on, judge
from linli.scoreboard.tests.making import YEAR_END, figure, target

ADOPTED = date(2015, 5, 20)


def test_story_1_staff_of_key_enterprises():
    enterprises = [(150, 1, 1), (200, 1, 1), (201, 1, 2), (1000, 5, 5)]
    small = [(full, part) for n, full, part in enterprises if n <= 200]
    large = [(head_count(Fraction(5, 1000), n), full, part) for n, full, part in enterprises if n > 200]
    t03 = figure(sum(full >= 1 and part >= 1 for full, part in small), len(small))
    t04 = figure(sum(full >= need and part >= need for need, full, part in large), len(large))
    assert (t03.numerator, t03.denominator, percent(t03.value)) == (2, 2, "100.0 %")
    assert (t04.numerator, t04.denominator, percent(t04.value)) == (1, 2, "50.0 %")
    assert large[0][0] == 2


def test_story_2_social_cameras_pooled_by_county():
    counties = [figure(90, 200), figure(30, 100), figure(0, 0), figure(30, 50)]
    city = pooled("34.3417", counties)
    assert (city.numerator, city.denominator, percent(city.value)) == (150, 350, "42.8 %")
    t16a = target(id="T16a", value="0.40", due=date(2015, 12, 31))
    assert judge(t16a, city.value, date(2015, 12, 31), start=ADOPTED) == "met"
    assert counties[2].value is None
    assert city.value != Fraction(45 + 30 + 60, 300)


def test_story_3_a_result_is_frozen_and_the_live_value_goes_on():
    t16b = target(id="T16b", value="0.50")
    at_the_end, later = figure(1249, 2500), figure(52, 100)
    assert percent(at_the_end.value) == "49.9 %"
    assert judge(t16b, at_the_end.value, YEAR_END, start=ADOPTED) == "missed"
    day = date(2017, 2, 1)
    assert frozen_on(t16b, day) == YEAR_END
    assert percent(later.value) == "52.0 %"


def test_story_4_five_governments_and_the_one_without_a_listed_hazard():
    listed = {"34.3417": 1, "34.3417.341702": 2, "34.3417.341721": 1, "34.3417.341722": 0, "34.3417.341723": 1}
    governments = [figure(int(count > 0), 1, area) for area, count in listed.items()]
    t10 = pooled("34.3417", governments)
    assert (t10.numerator, t10.denominator, percent(t10.value)) == (4, 5, "80.0 %")
    assert [row.area for row in governments if row.missing] == ["34.3417.341722"]


def test_story_5_normal_system_hours_of_a_month():
    t24 = target(id="T24", value="0.70", period="30_days")
    month = figure(20_736, 40 * 30 * 24, shape="time_share")
    assert (month.denominator, percent(month.value)) == (28_800, "72.0 %")
    assert judge(t24, month.value, YEAR_END, start=ADOPTED) == "met"


def test_story_6_one_major_fire_misses_at_once():
    t13 = target(id="T13", op="==", value=0, unit="count", period="programme")
    assert judge(t13, figure(0).value, date(2016, 1, 1), start=ADOPTED) == "on_track"
    assert judge(t13, figure(1).value, date(2016, 1, 1), start=ADOPTED) == "missed"
    assert judge(t13, figure(0).value, YEAR_END, start=ADOPTED) == "met"
