"""The working calendar (工作日历): which day is worked, and which years the State Council has arranged.

A year is *known* when its paper (国务院办公厅关于某年部分节假日安排的通知) has been published. In other years
only weekends are rest days, and whatever was counted there is provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from types import MappingProxyType

import chinese_calendar
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# The New Year's holiday of a paper has reached back to 29 December (2018), never further.
REACHES_BACK_TO = (12, 28)
PACKAGED = f"chinesecalendar {chinese_calendar.__version__}"


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What the paper of one year says: days off and make-up days (调休上班), each with its holiday's name."""

    year: int
    paper: str
    off: Mapping[date, str]
    worked: Mapping[date, str]

    def digest(self) -> str:
        """16 hexadecimal characters that change when any day changes."""
        lines = [f"{day}-{name}" for day, name in sorted(self.off.items())]
        lines += [f"{day}+{name}" for day, name in sorted(self.worked.items())]
        return blake2b("\n".join([str(self.year), *lines]).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class WorkingCalendar:
    """A pure value: rest days, make-up days, known years; `version` names exactly this content."""

    off: Mapping[date, str]
    worked: Mapping[date, str]
    years: frozenset[int]
    version: str = field(compare=False)

    @classmethod
    def of(cls, arrangements: Iterable[Arrangement]) -> WorkingCalendar:
        """The calendar that follows from the papers; where two name one day, the later year's paper holds."""
        off: dict[date, str] = {}
        worked: dict[date, str] = {}
        papers = sorted(arrangements, key=lambda paper: paper.year)
        for paper in papers:
            for mine, other, days in ((off, worked, paper.off), (worked, off, paper.worked)):
                for day, name in days.items():
                    mine[day] = name
                    other.pop(day, None)
        version = blake2b("".join(paper.digest() for paper in papers).encode(), digest_size=6).hexdigest()
        years = frozenset(paper.year for paper in papers)
        return cls(MappingProxyType(off), MappingProxyType(worked), years, version)

    def is_working(self, day: date) -> bool:
        """True on a working day: Monday to Friday without the days off, and the make-up days."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def knows(self, day: date) -> bool:
        """False where a paper to come can still change `day`: its year, and the last days of December."""
        return day.year in self.years and ((day.month, day.day) < REACHES_BACK_TO or day.year + 1 in self.years)

    def holiday(self, day: date) -> str:
        """The name of the holiday on `day`, or "" (a plain weekend or a working day)."""
        return self.off.get(day, "")

    def on_or_after(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        """`day` itself when it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def working_days(self, first: date, last: date) -> int:
        """How many days from `first` to `last`, both counted, are worked."""
        span = (last - first).days + 1
        return sum(self.is_working(first + timedelta(days=offset)) for offset in range(span))


@cache
def packaged() -> tuple[Arrangement, ...]:
    """The papers that come with the `chinesecalendar` package (2004 onwards), one arrangement a year."""
    off: dict[int, dict[date, str]] = {}
    worked: dict[int, dict[date, str]] = {}
    for days, years in ((chinese_calendar.holidays, off), (chinese_calendar.workdays, worked)):
        for day, english in days.items():
            holiday = chinese_calendar.Holiday(english)
            in_advance = day.month == 12 and holiday is chinese_calendar.Holiday.new_years_day
            years.setdefault(day.year + in_advance, {})[day] = holiday.chinese
    return tuple(
        Arrangement(year=year, paper=PACKAGED, off=off[year], worked=worked.get(year, {})) for year in sorted(off)
    )


class NoCalendarDays(Refusal):
    """The file of a year whose paper is not out yet: such files exist and are empty."""

    code = "calendar.no_days"
    sentence = _(
        "The file names no day off for {year}. The paper of a year is published in the autumn before it:"
        " import the file again when it holds the days."
    )
    next_step = _("Choose another file")
    status = 422


class CalendarUnreadable(Refusal):
    """The file is not in the form of holiday-cn."""

    code = "calendar.unreadable"
    sentence = _("{where}: {what} Use the JSON form of holiday-cn: year, papers, and days with name, date, isOffDay.")
    next_step = _("Choose another file")
    status = 422


def parse_arrangement(document: object) -> Arrangement:
    """The arrangement in a document of the form of holiday-cn (github.com/NateScarlet/holiday-cn).

    Raises NoCalendarDays when the year has none, CalendarUnreadable (with the place) when the form differs.
    """
    if not isinstance(document, dict) or not isinstance(document.get("year"), int):
        raise CalendarUnreadable(where="year", what=_("There is no year."))
    year, rows = document["year"], document.get("days")
    if not isinstance(rows, list):
        raise CalendarUnreadable(where="days", what=_("There is no list of days."))
    if not rows:
        raise NoCalendarDays(year=year)
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for number, row in enumerate(rows):
        day, name, is_off = _parse_day(row, f"days[{number}]", year)
        if day in off or day in worked:
            raise CalendarUnreadable(where=f"days[{number}]", what=_("The date stands there twice."))
        (off if is_off else worked)[day] = name
    if not off:
        raise NoCalendarDays(year=year)
    papers = document.get("papers")
    paper = " ".join(str(address) for address in papers) if isinstance(papers, list) else ""
    return Arrangement(year=year, paper=paper, off=off, worked=worked)


def _parse_day(row: object, where: str, year: int) -> tuple[date, str, bool]:
    """(date, name, is it off) of one row; raises CalendarUnreadable."""
    if not isinstance(row, dict) or not isinstance(row.get("isOffDay"), bool):
        raise CalendarUnreadable(where=where, what=_("isOffDay must be true or false."))
    try:
        day = date.fromisoformat(str(row.get("date")))
    except ValueError:
        what = _("The date must have the form 2026-10-01.")
        raise CalendarUnreadable(where=where, what=what) from None
    if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31):
        raise CalendarUnreadable(where=where, what=_("The date lies outside the year of the paper."))
    return day, str(row.get("name", ""))[:100], row["isOffDay"]
