"""The calendar as a value, and the form in which a city imports a year."""

from datetime import date
from typing import Any

import pytest

from linli.base.calendar import (
    CalendarUnreadable,
    NoCalendarDays,
    WorkingCalendar,
    packaged,
    parse_arrangement,
)

PAPER_2026: dict[str, Any] = {
    "year": 2026,
    "papers": ["https://www.gov.cn/zhengce/content/202511/content_7047090.htm"],
    "days": [
        {"name": "元旦", "date": "2026-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-01-04", "isOffDay": False},
    ],
}


def test_the_package_holds_the_papers_of_2004_to_2026():
    assert [paper.year for paper in packaged()] == list(range(2004, 2027))


def test_the_days_off_and_make_up_days_of_2026_are_those_of_the_notice():
    (paper,) = [paper for paper in packaged() if paper.year == 2026]
    assert len(paper.off) == 33
    assert sorted(paper.worked) == [
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28),
        date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
    ]  # fmt: skip


def test_a_new_year_that_reaches_back_belongs_to_the_later_paper():
    papers = {paper.year: paper for paper in packaged()}
    assert date(2018, 12, 31) in papers[2019].off and date(2018, 12, 29) in papers[2019].worked
    assert not any(day.year == 2019 for day in papers[2018].off)


def test_the_form_of_holiday_cn_is_read():
    paper = parse_arrangement(PAPER_2026)
    assert (paper.year, paper.paper) == (2026, PAPER_2026["papers"][0])
    assert paper.off == {date(2026, 1, 1): "元旦"} and paper.worked == {date(2026, 1, 4): "元旦"}


def test_an_empty_year_is_refused_because_its_paper_is_not_out():
    with pytest.raises(NoCalendarDays) as refused:
        parse_arrangement({"year": 2027, "papers": [], "days": []})
    assert refused.value.fields == {"year": 2027}


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "year"),
        ({"year": "2026"}, "year"),
        ({"year": 2026, "days": {}}, "days"),
        ({"year": 2026, "days": [{"date": "2026-01-01"}]}, "days[0]"),
        ({"year": 2026, "days": [{"date": "1/1/2026", "isOffDay": True}]}, "days[0]"),
        ({"year": 2026, "days": [{"date": "2024-01-01", "isOffDay": True}]}, "days[0]"),
        ({"year": 2026, "days": [PAPER_2026["days"][0]] * 2}, "days[1]"),
    ],
)
def test_another_form_is_refused_with_the_place(document, where):
    with pytest.raises(CalendarUnreadable) as refused:
        parse_arrangement(document)
    assert refused.value.fields["where"] == where


def test_the_version_names_the_content():
    papers = packaged()
    assert WorkingCalendar.of(papers).version == WorkingCalendar.of(reversed(papers)).version
    assert WorkingCalendar.of(papers).version != WorkingCalendar.of(papers[:-1]).version
