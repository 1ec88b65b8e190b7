"""Counting periods (期间): when something is due, and how that was counted.

Rules and their sources: Civil Code (民法典) 200-204, Civil Procedure Law (2023) 85, Administrative Licensing
Law (行政许可法) 32, 45, 82. The day on which a period begins is not counted; periods of hours, minutes and
seconds run from the instant, day and night, and are neither suspended nor rolled (Civil Code 201).
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from linli.base import clock
from linli.base.calendar import ONE_DAY, WorkingCalendar
from linli.base.steps import Step

Unit = Literal["seconds", "minutes", "hours", "natural_days", "working_days", "months"]
Roll = Literal["none", "next_working"]
SHORT_UNITS = ("seconds", "minutes", "hours")
DAY_UNITS = ("natural_days", "working_days", "months")


@dataclass(frozen=True)
class Pause:
    """A recorded suspension (中止): from, to (both aware), and its ground.

    It is counted in whole local days: the day it begins on still counts, the day it ends on does not.
    """

    since: datetime
    until: datetime
    ground: str = ""

    def __post_init__(self) -> None:
        if _aware(self.until) < _aware(self.since):
            raise ValueError(f"a pause ends before it begins: {self.since} – {self.until}")

    def days(self) -> list[date]:
        """The local days that are not counted."""
        first = clock.local(self.since).date()
        length = (clock.local(self.until).date() - first).days
        return [first + timedelta(days=offset) for offset in range(1, length + 1)]

    def step(self, kind: str, length: int) -> Step:
        """The line that explains this pause."""
        since, until = self.since.isoformat(), self.until.isoformat()
        return Step(kind, {"since": since, "until": until, "ground": self.ground, "n": length})


@dataclass(frozen=True)
class Due:
    """When a period ends.

    `instant` is aware: of day clocks the *exclusive* end, 00:00 local of the day after `last_day`.
    `last_day` is the date to print, None for clocks of hours and less. `provisional`: a paper of the State
    Council that is not known yet can move it. `calendar_version`: the calendar it was counted with.
    `counter_day`: of a latest day counted back, the last working day on or before it (where it is provisional,
    only this can move).
    """

    instant: datetime
    last_day: date | None
    provisional: bool
    steps: tuple[Step, ...]
    calendar_version: str = ""
    counter_day: date | None = None

    def explain(self) -> list[str]:
        """The arithmetic in words, a line each, in the reader's language."""
        return [step.text() for step in self.steps]

    def at_counter(self, closing: time) -> datetime:
        """The end where the act is done over a counter: close of business of the last day (Civil Code 203)."""
        if self.last_day is None:
            return self.instant
        return datetime.combine(self.last_day, closing, clock.LOCAL)


def due(
    start: datetime,
    n: int,
    unit: Unit,
    roll: Roll = "none",
    *,
    calendar: WorkingCalendar,
    pauses: Iterable[Pause] = (),
) -> Due:
    """When a period of `n` units that begins at `start` (aware, any zone) ends.

    Raises ValueError for a naive start, a negative `n`, an unknown unit or roll, and a roll on a clock of
    hours: such a clock is declared wrongly.
    """
    _aware(start)
    if n < 0 or roll not in ("none", "next_working"):
        raise ValueError(f"a period has a length of 0 or more and a known roll, not {n} and {roll!r}")
    if unit in SHORT_UNITS:
        return _short(start, n, unit, roll, pauses)
    if unit not in DAY_UNITS:
        raise ValueError(f"a period is counted in {', '.join(SHORT_UNITS + DAY_UNITS)}, not in {unit!r}")
    return _Count(start, calendar, pauses).run(n, unit, roll)


def latest_before(day: date, n: int, *, calendar: WorkingCalendar | None = None) -> Due:
    """The latest day for an act that must be done «N日前» before `day`: `day` − n, a rest day is not moved.

    With a calendar, `counter_day` is the practical last day where the counter is closed on rest days.
    """
    last = day - timedelta(days=n)
    steps = [Step("back", {"day": day.isoformat(), "n": n, "last": last.isoformat()})]
    if calendar is None:
        return Due(_end_of(last), last, False, tuple(steps))
    counter_day = calendar.on_or_before(last)
    if counter_day != last:
        steps.append(Step("counter", {"last": last.isoformat(), "day": counter_day.isoformat()}))
    unknown = not calendar.knows(last)
    return Due(_end_of(last), last, unknown, tuple(steps), calendar.version, counter_day)


def _short(start: datetime, n: int, unit: str, roll: str, pauses: Iterable[Pause]) -> Due:
    if roll != "none":
        raise ValueError("a clock of hours, minutes or seconds is never rolled (Civil Code 201)")
    end = clock.local(start.astimezone(UTC) + timedelta(**{unit: n}))
    begin = Step("instant", {"start": start.isoformat(), "n": n, "unit": unit})
    ignored = (pause.step("pause_ignored", 0) for pause in pauses)
    return Due(end, None, False, (begin, *ignored, Step("at", {"end": end.isoformat()})))


class _Count:
    """The counting of one day clock; collects the steps, and whether an unknown year was asked about."""

    def __init__(self, start: datetime, calendar: WorkingCalendar, pauses: Iterable[Pause]) -> None:
        self.calendar = calendar
        self.pauses = sorted(pauses, key=lambda pause: (pause.since, pause.until))
        self.paused = {day for pause in self.pauses for day in pause.days()}
        self.first = clock.local(start).date()
        self.unknown: date | None = None
        self.steps = [Step("start", {"start": start.isoformat()})]
        self._note("start_day_excluded", self.first)

    def run(self, n: int, unit: str, roll: str) -> Due:
        if unit == "months":
            last = self._months(n)
        elif unit == "natural_days":
            last = self._after(self.first, n, lambda day: True)
            self._note("natural_days", last, n=n)
        else:
            last = self._after(self.first, n, self._works)
            self._note_skipped(last)
            self._note("working_days", last, n=n)
        self._note_pauses(last)
        if roll == "next_working":
            last = self._rolled(last)
        end = _end_of(last)
        self._note("last_day", last, end=end.isoformat())
        if self.unknown:
            year = self.unknown.year + (self.unknown.year in self.calendar.years)
            self.steps.append(Step("provisional", {"year": year}))
        return Due(end, last, self.unknown is not None, tuple(self.steps), self.calendar.version)

    def _note(self, kind: str, day: date, **more: str | int) -> None:
        self.steps.append(Step(kind, {"day": day.isoformat(), **more}))

    def _works(self, day: date) -> bool:
        """Is `day` worked; remembers the first day whose answer may still change."""
        if self.unknown is None and not self.calendar.knows(day):
            self.unknown = day
        return self.calendar.is_working(day)

    def _after(self, day: date, n: int, counts: Callable[[date], bool]) -> date:
        """The n-th day after `day` that counts and is not paused."""
        while n:
            day += ONE_DAY
            n -= day not in self.paused and counts(day)
        return day

    def _months(self, n: int) -> date:
        """The same day number n months on, or the last day of a shorter month (Civil Code 202)."""
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + n, 12)
        length = gregorian.monthrange(year, month + 1)[1]
        raw = date(year, month + 1, min(self.first.day, length))
        self._note("months", raw, n=n)
        if self.first.day > length:
            self._note("short_month", raw, number=self.first.day)
        paused = sum(self.first < day <= raw for day in self.paused)
        return self._after(raw, paused, lambda day: True)

    def _rolled(self, last: date) -> date:
        """The first working day on or after `last` (Civil Code 203)."""
        day = last
        while not self._works(day):
            day += ONE_DAY
        if day != last:
            self._note("rolled", last, to=day.isoformat(), holiday=self.calendar.holiday(last))
        elif last in self.calendar.worked:
            self._note("make_up", last)
        return day

    def _note_pauses(self, last: date) -> None:
        """Each day once, with the pause that holds it first, so that the lengths add up."""
        told: set[date] = set()
        for pause in self.pauses:
            days = {day for day in pause.days() if self.first < day <= last} - told
            told |= days
            self.steps.append(pause.step("pause", len(days)))

    def _note_skipped(self, last: date) -> None:
        """Holidays by name with their days, weekends as one number, make-up days that were counted."""
        span = [self.first + timedelta(days=offset) for offset in range(1, (last - self.first).days + 1)]
        span = [day for day in span if day not in self.paused]
        holidays: dict[str, list[date]] = {}
        for day in span:
            if not self.calendar.is_working(day):
                holidays.setdefault(self.calendar.holiday(day), []).append(day)
        weekends = holidays.pop("", [])
        for name, days in holidays.items():
            values = {"name": name, "first": days[0].isoformat(), "last": days[-1].isoformat()}
            self.steps.append(Step("skipped_holiday", {**values, "n": len(days)}))
        if weekends:
            self.steps.append(Step("skipped_weekend", {"n": len(weekends)}))
        for day in span:
            if day in self.calendar.worked:
                self._note("make_up", day)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a period begins and pauses at aware instants")
    return moment


def _end_of(day: date) -> datetime:
    """24:00 local of `day` (Civil Code 203 para 2)."""
    return datetime.combine(day + ONE_DAY, time(), clock.LOCAL)
