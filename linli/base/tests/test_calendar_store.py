"""The calendar in the database: seeded once, a year imported, and who counted with which version."""

import json
from datetime import date, datetime

import pytest

from linli.base.calendar import CalendarUnreadable, NoCalendarDays, WorkingCalendar, packaged
from linli.base.calendar_store import import_calendar, load_calendar, seed_calendar
from linli.base.clock import LOCAL
from linli.base.due import due
from linli.base.models import CalendarDay, CalendarPaper

PAPER_2027 = {
    "year": 2027,
    "papers": ["constructed for this test"],
    "days": [
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-09", "isOffDay": False},
    ],
}


def write(folder, document):
    path = folder / "2027.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_prepared_database_knows_the_packaged_years_and_seeding_again_changes_nothing(db):
    days = CalendarDay.objects.count()
    assert seed_calendar() == [] and CalendarDay.objects.count() == days
    assert load_calendar() == WorkingCalendar.of(packaged())
    assert load_calendar().version == WorkingCalendar.of(packaged()).version


def test_reading_again_costs_one_query(db, django_assert_num_queries):
    first = load_calendar()
    with django_assert_num_queries(1):
        assert load_calendar() is first


def test_an_imported_year_is_known_and_moves_what_was_provisional(db, tmp_path):
    start = datetime(2027, 9, 30, 9, tzinfo=LOCAL)
    before = due(start, 1, "working_days", calendar=load_calendar())
    change = import_calendar(write(tmp_path, PAPER_2027))
    after = due(start, 1, "working_days", calendar=load_calendar())
    assert (before.last_day, before.provisional) == (date(2027, 10, 1), True)
    assert (after.last_day, after.provisional) == (date(2027, 10, 4), False)
    assert before.calendar_version != after.calendar_version
    assert (change.off, change.worked, change.changed) == (1, 1, (date(2027, 10, 1), date(2027, 10, 9)))
    assert CalendarPaper.objects.get(year=2027).paper == "constructed for this test"


def test_importing_the_same_year_again_replaces_it(db, tmp_path):
    import_calendar(write(tmp_path, PAPER_2027))
    assert import_calendar(write(tmp_path, PAPER_2027)).changed == ()
    corrected = {**PAPER_2027, "days": PAPER_2027["days"][:1]}
    assert import_calendar(write(tmp_path, corrected)).changed == (date(2027, 10, 9),)
    assert not load_calendar().is_working(date(2027, 10, 9))


def test_a_refused_file_changes_nothing(db, tmp_path):
    import_calendar(write(tmp_path, PAPER_2027))
    version = load_calendar().version
    with pytest.raises(NoCalendarDays):
        import_calendar(write(tmp_path, {"year": 2027, "papers": [], "days": []}))
    with pytest.raises(CalendarUnreadable):
        import_calendar(write(tmp_path, {"year": 2027, "days": [{"date": "2027-10-01"}]}))
    (tmp_path / "page.json").write_text("<html>", encoding="utf-8")
    with pytest.raises(CalendarUnreadable):
        import_calendar(tmp_path / "page.json")
    assert load_calendar().version == version
