"""The board: every target of a programme on a day, with its figure, status, distance, line and forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from django.apps import apps

from linli.areas.tree import load_tree
from linli.scoreboard.declarations import AsOf, Indicator
from linli.scoreboard.evaluation import DEPTHS, evaluate_all, series
from linli.scoreboard.figures import Figure, pooled
from linli.scoreboard.forecast import Forecast, forecast
from linli.scoreboard.places import paths_at, within
from linli.scoreboard.programme import Programme, Target
from linli.scoreboard.registry import indicators
from linli.scoreboard.status import Status, Tone, baseline_on, distance, due_on, frozen_on, judge, line, tone

MONTHS = 24  # the course that one target's chart shows
FORECAST_MONTHS = 12  # what the forecast of each row stands on
Gap = Literal["", "pack", "indicator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a target came to on one day."""

    day: date
    figure: Figure
    value: Fraction | None
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A target as the board shows it. `gap`: why there is no figure (its pack, or the indicator, is not installed).

    `live` is the result of the day asked for; `frozen` that of the target's last date once it is past, and then the
    one that counts. `start`, `baseline`: where the straight line begins. `history` ends with the result that counts.
    `groups`: the areas below the programme's, on the same day as the result that counts.
    """

    target: Target
    indicator: Indicator | None = None
    gap: Gap = ""
    start: date | None = None
    due: date | None = None
    live: Result | None = None
    frozen: Result | None = None
    baseline: Fraction | None = None
    line: Fraction | None = None
    distance: int | None = None
    forecast: Forecast | None = None
    groups: tuple[Figure, ...] = ()
    history: tuple[Result, ...] = field(default=(), repr=False)

    @property
    def result(self) -> Result | None:
        """The result that counts."""
        return self.frozen or self.live

    @property
    def status(self) -> Status:
        """Its status; «none» where there is no figure."""
        return self.result.status if self.result else "none"

    @property
    def tone(self) -> Tone:
        """Its colour."""
        return tone(self.status, self.target.strength)


def board(programme: Programme, day: date) -> list[Row]:
    """Every target of `programme` as of the end of `day`, the worst first (see `by_state`).

    The rows carry as many months as their forecast needs; a frozen one has no forecast and no months.
    """
    rows = []
    for target in programme.targets:
        months = 0 if frozen_on(target, day) else FORECAST_MONTHS
        rows.append(read(programme, target, day, months))
    return sorted(rows, key=by_state)


def read(programme: Programme, target: Target, day: date, months: int = MONTHS) -> Row:
    """One target as of the end of `day`, everything computed from the rows: nothing stored is read.

    `months`: how many ends of months before the result that counts its history holds at most.
    """
    indicator = indicators.get(target.key)
    if indicator is None:
        gap: Gap = "indicator" if target.pack in apps.app_configs else "pack"
        return Row(target=target, gap=gap, due=due_on(target, day))
    days = _days(programme, target, day, months)
    found = _figures(programme, target, indicator, days)
    start = baseline_on(target, day, programme.adopted)
    baseline = _value(target, indicator, found, start)
    frozen_day = frozen_on(target, day)

    def result(on: date) -> Result:
        value = _value(target, indicator, found, on)
        status = judge(target, value, on, start=start, baseline=baseline)
        return Result(day=on, figure=found[on][0], value=value, status=status)

    counts = frozen_day or day
    history = tuple(result(on) for on in days if start <= on <= counts)
    return Row(
        target=target,
        indicator=indicator,
        start=start,
        due=due_on(target, day),
        live=result(day),
        frozen=result(frozen_day) if frozen_day else None,
        baseline=baseline,
        line=line(target, day, start, baseline),
        distance=distance(target, found[counts][0]),
        forecast=_forecast(target, history, due_on(target, day)),
        groups=tuple(found[counts][1]),
        history=history,
    )


def by_state(row: Row) -> tuple[int, Fraction, str]:
    """Order of the board: broken must, broken aim, on the line, kept, no figure; then the widest gap first."""
    rank = ("red", "orange", "blue", "good", "idle").index(row.tone)
    value = row.result.value if row.result else None
    gap = Fraction() if value is None or not row.target.goal else (row.target.goal - value) / row.target.goal
    return rank, -gap, row.target.id


def as_of(programme: Programme, target: Target, indicator: Indicator, day: date) -> AsOf:
    """The AsOf of a target: its day, and the first day of its period where it sums over one."""
    starts = {"30_days": day - timedelta(days=29), "year": date(day.year, 1, 1), "programme": programme.adopted}
    return AsOf(day=day, start=starts.get(target.period) or indicator.starts(day))


def area_group(programme: Programme, target: Target) -> str:
    """The areas by which a target is shown: the first of its groups below the programme's own level."""
    own = DEPTHS[programme.level]
    for name in target.group_by:
        if name == "government" or DEPTHS.get(name, own) > own:
            return name
    return programme.level


def _days(programme: Programme, target: Target, day: date, months: int) -> list[date]:
    """Oldest first: where the line starts, the ends of `months` up to the result that counts, and that day.

    The day asked for stands last also where the result that counts is an earlier one.
    """
    start, frozen = baseline_on(target, day, programme.adopted), frozen_on(target, day)
    ends: list[date] = []
    end = (frozen or day).replace(day=1) - timedelta(days=1)
    while end > start and len(ends) < months:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return sorted({start, day, *ends, *([frozen] if frozen else [])})


def _figures(
    programme: Programme, target: Target, indicator: Indicator, days: Iterable[date]
) -> Mapping[date, tuple[Figure, list[Figure]]]:
    """Each day's figure of the whole and of its areas; for a rise of a share also those of a year before."""
    wanted = {on: as_of(programme, target, indicator, on) for on in days}
    if _is_rise(target, indicator):
        wanted |= {before.day: before for before in [asked.year_before() for asked in wanted.values()]}
    tree, group = load_tree(), area_group(programme, target)
    bounds = within(programme, tree)
    asked = list(wanted.values())
    areas = paths_at(tree, group, bounds)
    grouped = evaluate_all(indicator, asked, group, within=bounds, slice=target.slice, areas=areas)
    if indicator.shape == "percentile" or not all(grouped):
        wholes = series(indicator, asked, within=bounds, slice=target.slice)
    else:
        wholes = [pooled(bounds, figures) for figures in grouped]
    return dict(zip(wanted, zip(wholes, grouped, strict=True), strict=True))


def _is_rise(target: Target, indicator: Indicator) -> bool:
    return target.unit == "trend" and indicator.shape != "trend"


def _value(
    target: Target, indicator: Indicator, found: Mapping[date, tuple[Figure, list[Figure]]], on: date
) -> Fraction | None:
    """The value that is compared: the figure's, or for the rise of a share its change against a year before."""
    value = found[on][0].value
    if not _is_rise(target, indicator):
        return value
    before = found[AsOf(day=on).year_before().day][0].value
    return None if value is None or before is None else value - before


def _forecast(target: Target, history: tuple[Result, ...], due: date | None) -> Forecast | None:
    if due is None or target.unit not in ("ratio", "count") or not history or due <= history[-1].day:
        return None
    points = [(result.day, float(result.value)) for result in history[-13:] if result.value is not None]
    return forecast(points, due, high=1.0 if target.unit == "ratio" else float("inf"))
