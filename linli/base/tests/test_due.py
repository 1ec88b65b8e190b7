"""The stories of the counting rules (clocks 1-9), and the properties every clock must keep (lesson L29)."""

import os
import time as system_time
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from linli.base.calendar import PACKAGED, Arrangement, WorkingCalendar, packaged
from linli.base.clock import LOCAL
from linli.base.due import Pause, due, latest_before
from linli.base.steps import Step

CALENDAR = WorkingCalendar.of(packaged())


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def last_day(start: str, n: int, unit, roll="none", **more) -> date | None:
    return due(local(start), n, unit, roll, calendar=CALENDAR, **more).last_day


def test_story_1_three_natural_days_over_national_day():
    result = due(local("2026-09-29T10:00"), 3, "natural_days", "next_working", calendar=CALENDAR)
    assert result.last_day == date(2026, 10, 8)
    assert result.instant == datetime.fromisoformat("2026-10-09T00:00+08:00")
    assert not result.provisional


def test_story_2_seven_days_over_spring_festival():
    assert last_day("2026-02-10", 7, "natural_days", "next_working") == date(2026, 2, 24)
    assert last_day("2026-02-10", 7, "working_days") == date(2026, 2, 26)


def test_story_3_five_working_days_with_a_worked_saturday():
    assert last_day("2026-04-30", 5, "working_days") == date(2026, 5, 11)


def test_story_4_one_working_day_over_national_day():
    assert last_day("2026-09-30", 1, "working_days") == date(2026, 10, 8)


def test_story_5_ten_working_days_over_two_holidays():
    result = due(local("2026-09-22"), 10, "working_days", calendar=CALENDAR)
    assert result.last_day == date(2026, 10, 13)


def test_story_6_counting_back_does_not_move_a_rest_day():
    latest = latest_before(date(2026, 10, 3), 20, calendar=CALENDAR)
    assert (latest.last_day, latest.counter_day) == (date(2026, 9, 13), date(2026, 9, 11))
    assert latest.instant == datetime.fromisoformat("2026-09-14T00:00+08:00")
    assert latest_before(date(2026, 10, 3), 20).last_day == date(2026, 9, 13)


def test_story_7_thirty_minutes_run_into_the_holiday():
    result = due(datetime.fromisoformat("2026-09-30T23:50+08:00"), 30, "minutes", calendar=CALENDAR)
    assert result.instant == datetime.fromisoformat("2026-10-01T00:20+08:00")
    assert result.last_day is None and not result.provisional


def test_story_8_working_days_of_2026():
    assert CALENDAR.working_days(date(2026, 1, 1), date(2026, 12, 31)) == 248
    assert CALENDAR.is_working(date(2026, 9, 20)) and not CALENDAR.is_working(date(2026, 9, 25))


def test_story_9_a_month_from_the_31st_ends_on_a_worked_saturday():
    assert last_day("2026-01-31", 1, "months", "next_working") == date(2026, 2, 28)


def test_a_month_keeps_the_day_number_and_crosses_the_year():
    assert last_day("2025-12-15", 2, "months") == date(2026, 2, 15)
    assert last_day("2024-02-29", 12, "months") == date(2025, 2, 28)


def test_a_year_without_a_paper_counts_weekends_only_and_says_so():
    result = due(local("2027-09-30"), 1, "working_days", calendar=CALENDAR)
    assert (result.last_day, result.provisional) == (date(2027, 10, 1), True)
    assert Step("provisional", {"year": 2027}) in result.steps


def test_the_paper_of_next_year_can_still_move_the_last_days_of_december():
    without_2019 = WorkingCalendar.of(paper for paper in packaged() if paper.year < 2019)
    worked_in_the_end = due(local("2018-12-28"), 1, "working_days", calendar=CALENDAR)
    guess = due(local("2018-12-28"), 1, "working_days", calendar=without_2019)
    assert (worked_in_the_end.last_day, worked_in_the_end.provisional) == (date(2018, 12, 29), False)
    assert (guess.last_day, guess.provisional) == (date(2018, 12, 31), True)
    assert Step("provisional", {"year": 2019}) in guess.steps


def test_natural_days_without_roll_need_no_calendar_and_are_never_provisional():
    result = due(local("2027-09-30"), 30, "natural_days", calendar=CALENDAR)
    assert (result.last_day, result.provisional) == (date(2027, 10, 30), False)


def test_a_pause_moves_the_end_by_its_days():
    pause = Pause(local("2026-03-04T09:00"), local("2026-03-09T17:00"), "supplement requested")
    assert last_day("2026-03-02", 10, "natural_days") == date(2026, 3, 12)
    assert last_day("2026-03-02", 10, "natural_days", pauses=[pause]) == date(2026, 3, 17)
    assert last_day("2026-03-02", 10, "working_days", pauses=[pause]) == date(2026, 3, 19)
    assert last_day("2026-03-02", 1, "months", pauses=[pause]) == date(2026, 4, 7)


def test_two_pauses_that_touch_or_overlap_count_each_day_once():
    whole = [Pause(local("2026-03-04T09:00"), local("2026-03-09T17:00"))]
    parts = [
        Pause(local("2026-03-04T09:00"), local("2026-03-07T08:00")),
        Pause(local("2026-03-06T12:00"), local("2026-03-09T17:00")),
    ]
    assert last_day("2026-03-02", 10, "natural_days", pauses=parts) == last_day(
        "2026-03-02", 10, "natural_days", pauses=whole
    )


def test_hours_are_never_suspended_and_the_explanation_says_so():
    pause = Pause(local("2026-03-04T09:00"), local("2026-03-05T09:00"), "appraisal")
    result = due(local("2026-03-04T08:00"), 24, "hours", calendar=CALENDAR, pauses=[pause])
    assert result.instant == local("2026-03-05T08:00")
    assert [step.kind for step in result.steps] == ["instant", "pause_ignored", "at"]


def test_a_clock_declared_wrongly_is_refused_at_once():
    with pytest.raises(ValueError, match="never rolled"):
        due(local("2026-03-04"), 24, "hours", "next_working", calendar=CALENDAR)
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2026, 3, 4), 24, "hours", calendar=CALENDAR)
    with pytest.raises(ValueError, match="counted in"):
        due(local("2026-03-04"), 2, "fortnights", calendar=CALENDAR)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 or more"):
        due(local("2026-03-04"), -1, "hours", calendar=CALENDAR)
    with pytest.raises(ValueError, match="ends before"):
        Pause(local("2026-03-05"), local("2026-03-04"))


def test_over_the_counter_the_last_day_ends_at_close_of_business():
    result = due(local("2026-09-29"), 3, "natural_days", "next_working", calendar=CALENDAR)
    assert result.at_counter(time(17, 30)) == local("2026-10-08T17:30")


def test_the_clock_explains_itself_in_both_languages():
    pause = Pause(local("2026-09-23T09:00"), local("2026-09-24T16:00"), "补正材料")
    result = due(local("2026-09-22T16:20"), 9, "working_days", calendar=CALENDAR, pauses=[pause])
    assert result.last_day == date(2026, 10, 13)
    with override("en"):
        assert result.explain() == [
            "Begins Tue 22 Sep 2026 16:20.",
            "Tue 22 Sep 2026, the day it begins on, is not counted (Civil Code 201).",
            "中秋, 3 days off (Fri 25 Sep 2026 – Sun 27 Sep 2026), is not counted.",
            "国庆节, 7 days off (Thu 1 Oct 2026 – Wed 7 Oct 2026), is not counted.",
            "1 day of a weekend is not counted.",
            "Sat 10 Oct 2026 is a make-up working day.",
            "9 working days: Tue 13 Oct 2026.",
            "Paused Wed 23 Sep 2026 09:00 – Thu 24 Sep 2026 16:00 (补正材料): 1 day is not counted.",
            "Last day Tue 13 Oct 2026, until 24:00.",
        ]
    with override("zh-hans"):
        told = result.explain()
    assert told[2] == "中秋放假3天（2026年9月25日 星期五至2026年9月27日 星期日），不计入。"
    assert told[-1] == "期限届满日：2026年10月13日 星期二，至24时止。"


def test_every_kind_of_step_is_said_in_both_languages_and_survives_json():
    month = due(local("2027-01-31"), 1, "months", "next_working", calendar=CALENDAR)
    shapes = [month, latest_before(date(2026, 10, 3), 20, calendar=CALENDAR)]
    for result in shapes:
        kept = [Step(**step.as_dict()) for step in result.steps]
        assert kept == list(result.steps)
        with override("zh-hans"):
            chinese = result.explain()
        with override("en"):
            assert all(zh != en for zh, en in zip(chinese, result.explain(), strict=True))


moments = st.datetimes(datetime(2005, 1, 1), datetime(2026, 6, 1), timezones=st.just(LOCAL))
day_units = st.sampled_from(["natural_days", "working_days", "months"])
rolls = st.sampled_from(["none", "next_working"])


@given(moments, st.integers(0, 40), day_units, rolls)
def test_l29_the_time_of_day_of_the_start_never_matters_to_a_day_clock(start, n, unit, roll):
    results = {
        due(start.replace(hour=h, minute=m, second=s), n, unit, roll, calendar=CALENDAR).instant
        for h, m, s in ((0, 0, 0), (3, 15, 0), (12, 0, 0), (23, 59, 59))
    }
    assert len(results) == 1


@given(moments, st.integers(0, 40), day_units, rolls, st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"]))
def test_l29_the_zone_in_which_the_start_is_written_never_matters(start, n, unit, roll, zone):
    here = due(start, n, unit, roll, calendar=CALENDAR)
    there = due(start.astimezone(ZoneInfo(zone)), n, unit, roll, calendar=CALENDAR)
    assert (here.instant, here.last_day) == (there.instant, there.last_day)


def test_l29_a_server_in_another_time_zone_counts_the_same(monkeypatch):
    start = datetime(2026, 9, 28, 16, 30, tzinfo=UTC)  # already the 29th in Chizhou
    for zone in ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"):
        monkeypatch.setitem(os.environ, "TZ", zone)
        system_time.tzset()
        try:
            result = due(start, 3, "natural_days", "next_working", calendar=CALENDAR)
        finally:
            monkeypatch.delenv("TZ")
            system_time.tzset()
        assert result.last_day == date(2026, 10, 8)
        assert result.instant == datetime.fromisoformat("2026-10-09T00:00+08:00")


@given(moments, st.integers(0, 40), day_units, rolls, st.integers(0, 60))
def test_l29_a_pause_of_zero_length_changes_nothing(start, n, unit, roll, hours):
    moment = start + timedelta(hours=hours)
    paused = due(start, n, unit, roll, calendar=CALENDAR, pauses=[Pause(moment, moment)])
    assert paused.instant == due(start, n, unit, roll, calendar=CALENDAR).instant


@given(moments, st.integers(1, 40), st.integers(0, 30))
def test_working_days_between_start_and_end_are_exactly_the_period(start, n, pause_days):
    result = due(start, n, "working_days", calendar=CALENDAR)
    assert CALENDAR.working_days(start.date() + timedelta(days=1), result.last_day) == n
    assert CALENDAR.is_working(result.last_day)
    later = due(start, n, "working_days", "next_working", calendar=CALENDAR)
    assert later.instant == result.instant
    pause = Pause(start, start + timedelta(days=pause_days))
    moved = due(start, n, "working_days", calendar=CALENDAR, pauses=[pause]).last_day
    assert CALENDAR.working_days(pause.until.date() + timedelta(days=1), moved) == n


@given(moments, st.integers(0, 400), st.sampled_from(["seconds", "minutes", "hours"]))
def test_short_clocks_are_plain_arithmetic(start, n, unit):
    assert due(start, n, unit, calendar=CALENDAR).instant - start == timedelta(**{unit: n})


def test_l29_a_calendar_changed_afterwards_moves_only_what_it_touches():
    paper = Arrangement(
        year=2027, paper="constructed", off={date(2027, 10, d): "国庆节" for d in range(1, 8)}, worked={}
    )
    later = WorkingCalendar.of([*packaged(), paper])
    before = due(local("2027-09-30"), 1, "working_days", calendar=CALENDAR)
    after = due(local("2027-09-30"), 1, "working_days", calendar=later)
    assert (before.last_day, after.last_day) == (date(2027, 10, 1), date(2027, 10, 8))
    assert before.calendar_version != after.calendar_version and not after.provisional
    assert all(arrangement.paper == PACKAGED for arrangement in packaged())
