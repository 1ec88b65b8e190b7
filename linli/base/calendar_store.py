"""The working calendar in the database: read, filled from the package, imported year by year.

Who changes it lets open clocks be counted again (`cases`); a stored clock keeps the version it was counted with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.calendar import Arrangement, CalendarUnreadable, WorkingCalendar, packaged, parse_arrangement
from linli.base.models import CalendarDay, CalendarPaper


@dataclass(frozen=True, kw_only=True)
class CalendarChange:
    """What taking in a paper changed: its year, days off and make-up days now, and the days that differ."""

    year: int
    off: int
    worked: int
    changed: tuple[date, ...]


# The last calendar built in this process, under the years and digests of the very rows it was built from.
_built: dict[tuple[tuple[int, str], ...], WorkingCalendar] = {}


def load_calendar() -> WorkingCalendar:
    """The calendar as it stands: one small query; built again only when a paper changed."""
    papers = tuple(CalendarPaper.objects.values_list("year", "digest"))
    if papers not in _built:
        read = [_arrangement(paper) for paper in CalendarPaper.objects.prefetch_related("days")]
        _built.clear()
        _built[tuple((paper.year, paper.digest()) for paper in read)] = built = WorkingCalendar.of(read)
        return built
    return _built[papers]


def _arrangement(paper: CalendarPaper) -> Arrangement:
    days: dict[str, dict[date, str]] = {CalendarDay.Kind.OFF: {}, CalendarDay.Kind.WORKED: {}}
    for day in paper.days.all():
        days[day.kind][day.date] = day.name
    off, worked = days[CalendarDay.Kind.OFF], days[CalendarDay.Kind.WORKED]
    return Arrangement(year=paper.year, paper=paper.paper, off=off, worked=worked)


def seed_calendar() -> list[int]:
    """Take in the papers that come with the package for years that have none; the years added."""
    known = set(CalendarPaper.objects.values_list("year", flat=True))
    added = [paper for paper in packaged() if paper.year not in known]
    with transaction.atomic():
        for paper in added:
            save_arrangement(paper)
    return [paper.year for paper in added]


def import_calendar(path: Path) -> CalendarChange:
    """Take in a year in the JSON form of holiday-cn; replaces what was known of that year, all or nothing.

    Raises NoCalendarDays (the paper is not out yet) or CalendarUnreadable (with the place).
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise CalendarUnreadable(where=path.name, what=_("The file is not JSON.")) from None
    return save_arrangement(parse_arrangement(document))


@transaction.atomic
def save_arrangement(arrangement: Arrangement) -> CalendarChange:
    """Write the paper of one year in place of what was known of it."""
    old = {(day.date, day.kind) for day in CalendarDay.objects.filter(paper_id=arrangement.year)}
    paper, _made = CalendarPaper.objects.update_or_create(
        year=arrangement.year,
        defaults={"paper": arrangement.paper, "digest": arrangement.digest(), "taken_in_at": clock.now()},
    )
    paper.days.all().delete()
    rows = list(_rows(paper, arrangement))
    CalendarDay.objects.bulk_create(rows)
    changed = old ^ {(row.date, row.kind) for row in rows}
    return CalendarChange(
        year=arrangement.year,
        off=len(arrangement.off),
        worked=len(arrangement.worked),
        changed=tuple(sorted({day for day, _kind in changed})),
    )


def _rows(paper: CalendarPaper, arrangement: Arrangement) -> Iterable[CalendarDay]:
    for kind, days in ((CalendarDay.Kind.OFF, arrangement.off), (CalendarDay.Kind.WORKED, arrangement.worked)):
        for day, name in days.items():
            yield CalendarDay(paper=paper, date=day, kind=kind, name=name)
