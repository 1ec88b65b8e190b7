"""What a pack declares for the scoreboard: indicators, and the day of which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import Expression, QuerySet
from django.utils.functional import Promise

from linli.base.clock import LOCAL
from linli.ui.declarations import Column

Text = str | Promise
Shape = Literal["share", "time_share", "count", "bool", "trend", "percentile"]
Period = Literal["", "30_days", "year"]
OWN_PERIOD: dict[str, Period] = {"time_share": "30_days", "percentile": "30_days", "trend": "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The day of which a figure is asked.

    `day`: a local day (Asia/Shanghai). `start`: first day of the period for indicators that sum over one.
    `known_at`: what the house knew at that instant; None = what it knows now.
    """

    day: date
    start: date | None = None
    known_at: datetime | None = None

    @property
    def instant(self) -> datetime:
        """The last instant of the local day, in UTC: an object counts if its validity range contains it.

        One microsecond (the grain of the database) before 24:00, so that a range beginning with the next
        day is out and one ending with this day is in.
        """
        return self.end - timedelta(microseconds=1)

    @property
    def end(self) -> datetime:
        """24:00 of the day in UTC: the exclusive end of the period, for Σ of seconds."""
        return _midnight(self.day + timedelta(days=1))

    @property
    def begin(self) -> datetime:
        """0:00 of the first day of the period in UTC; without a period, of the day itself."""
        return _midnight(self.start or self.day)

    def year_before(self) -> AsOf:
        """The same period one year earlier (29 February becomes the 28th)."""
        return AsOf(
            day=_year_before(self.day),
            start=self.start and _year_before(self.start),
            known_at=self.known_at,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def _year_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


Rows = Callable[[AsOf], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One cause for which a row is missing. `quick`: it counts as soon as `remedy` is done."""

    key: str
    label: Text
    remedy: Text = ""
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why rows are missing. `kinds` stand cheapest remedy first.

    `of(as_of)` returns an expression over the denominator's rows that yields the key of one of `kinds`.
    """

    kinds: tuple[Reason, ...]
    of: Callable[[AsOf], Expression]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure with the rows behind it, for any day and any area.

    Every queryset carries `area_path` (a field or an annotation). `numerator` ⊆ `denominator`, except in
    the shape `trend`, where they are this period's rows and those of the period before. `count` and `bool`
    may do without a denominator. `unknown` ⊆ denominator, apart from the numerator: rows whose state is
    not known. `unit`: what is counted (套, 处, 系统小时). `weight`: field summed (`time_share`: durations, shown in
    hours) or measured (`percentile`: the p95 by nearest rank, durations in seconds). `slices`: fields by which
    it may be grouped beside the area. `period`: the last 30 days or the calendar year, where rows are counted over
    one (time shares, percentiles and trends always are); else the state at the end of the day. `columns`: what is shown of a row, the first as its title, the second
    under it, the others at the right; none = the row's own name.
    """

    key: str
    label: Text
    definition: Text
    unit: Text
    better: Literal["up", "down"]
    source: str
    shape: Shape = "share"
    numerator: Rows
    denominator: Rows | None = None
    weight: str = ""
    period: Period = ""
    slices: tuple[str, ...] = ()
    unknown: Rows | None = None
    reasons: Reasons | None = None
    columns: tuple[Column, ...] = ()

    def starts(self, day: date) -> date | None:
        """The first day of its period seen from `day`; None for a state."""
        period = self.period or OWN_PERIOD.get(self.shape, "")
        return {"30_days": day - timedelta(days=29), "year": date(day.year, 1, 1)}.get(period)

    @property
    def pack(self) -> str:
        """The key of the pack that declares it."""
        return self.key.partition(".")[0]
