"""Figures from the rows: one query per side, whatever the model, for one day or many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connections
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.base import visibility
from linli.scoreboard.declarations import AsOf, Indicator, Rows
from linli.scoreboard.figures import Figure

DEPTHS = {"province": 1, "city": 2, "county": 3, "township": 4, "village": 5}
"""Area levels and how many labels their paths have."""
PERCENTILE = "percentile_disc(0.95) WITHIN GROUP (ORDER BY weight)"  # nearest rank: a value that occurred
SLICE = "coalesce(slice::text, '')"
Sums = dict[tuple[int, str], Fraction]


def evaluate(
    indicator: Indicator,
    as_of: AsOf,
    group_by: str = "county",
    *,
    within: str,
    slice: Mapping[str, str] | None = None,
    areas: Iterable[str] = (),
) -> list[Figure]:
    """One Figure a group, sorted by it, counted over all rows as the house sees them.

    `group_by`: an area level, «government» (each row's own area) or one of the indicator's slices. `within`: the
    label-tree path that bounds it. `slice`: field values that narrow both sides. `areas`: paths that appear even
    without objects. ValueError when a share counts more than there are: the numerator is no part of the
    denominator.
    """
    return evaluate_all(indicator, [as_of], group_by, within=within, slice=slice, areas=areas)[0]


def evaluate_all(
    indicator: Indicator,
    days: Sequence[AsOf],
    group_by: str = "county",
    *,
    within: str,
    slice: Mapping[str, str] | None = None,
    areas: Iterable[str] = (),
) -> list[list[Figure]]:
    """`evaluate` for each of `days`, computed now from the rows of then: still one query per side."""
    if group_by not in DEPTHS and group_by != "government" and group_by not in indicator.slices:
        raise ValueError(f"{indicator.key} cannot be grouped by «{group_by}»")
    parts = _parts(indicator, days, group_by, within, slice)
    groups = sorted({*areas, *(group for part in parts if part for _day, group in part)})
    return [[_figure(indicator, parts, number, group, group) for group in groups] for number in range(len(days))]


def total(indicator: Indicator, as_of: AsOf, *, within: str, slice: Mapping[str, str] | None = None) -> Figure:
    """The one figure of the area `within`."""
    return series(indicator, [as_of], within=within, slice=slice)[0]


def series(
    indicator: Indicator, days: Sequence[AsOf], *, within: str, slice: Mapping[str, str] | None = None
) -> list[Figure]:
    """The figure of the area `within` on each of `days`: one query per side."""
    parts = _parts(indicator, days, "", within, slice)
    return [_figure(indicator, parts, number, "", within) for number in range(len(days))]


def counted(indicator: Indicator, as_of: AsOf, area: str, slice: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """The rows of the numerator in `area`."""
    return _bounded(indicator.numerator(as_of), area, slice)


def unknown(indicator: Indicator, as_of: AsOf, area: str, slice: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """The rows of the denominator whose state is not known (情况不明)."""
    if indicator.unknown is None:
        return counted(indicator, as_of, area, slice).none()
    return _bounded(indicator.unknown(as_of), area, slice)


def missing(indicator: Indicator, as_of: AsOf, area: str, slice: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """The rows that are due and not there: denominator − numerator, without those of unknown state.

    For time shares: the rows that fall short of their due. With the annotation `reason` (a key of the
    indicator's reasons) where reasons are declared. Empty for bare counts, trends and percentiles.
    """
    if indicator.denominator is None or indicator.shape in ("trend", "percentile"):
        return counted(indicator, as_of, area, slice).none()
    rows = _bounded(indicator.denominator(as_of), area, slice)
    same = indicator.numerator(as_of).order_by().filter(pk=OuterRef("pk"))
    if indicator.shape == "time_share":
        # Its own weight less itself: zero in the weight's type, for rows the numerator lacks altogether.
        nothing = F(indicator.weight) - F(indicator.weight)
        have = Coalesce(Subquery(same.values(indicator.weight)[:1]), nothing)
        rows = rows.filter(**{f"{indicator.weight}__gt": have})
    else:
        rows = rows.filter(~Exists(same))
    if indicator.unknown is not None:
        rows = rows.filter(~Exists(indicator.unknown(as_of).order_by().filter(pk=OuterRef("pk"))))
    if indicator.reasons is not None:
        rows = rows.annotate(reason=indicator.reasons.of(as_of))
    return rows


def _bounded(rows: QuerySet[Any], area: str, slice: Mapping[str, str] | None) -> QuerySet[Any]:
    return rows.filter(area_path__under=area, **(slice or {}))


def _parts(
    indicator: Indicator, days: Sequence[AsOf], group_by: str, within: str, slice: Mapping[str, str] | None
) -> tuple[Sums, Sums | None, Sums | None]:
    def side(rows: Rows | None, weight: str) -> Sums | None:
        if rows is None:
            return None
        return _sums([rows(day) for day in days], indicator, weight, group_by, within, slice)

    with visibility.system():
        return (
            side(indicator.numerator, indicator.weight) or {},
            side(indicator.denominator, indicator.weight),
            side(indicator.unknown, ""),
        )


def _sums(
    sides: Sequence[QuerySet[Any]],
    indicator: Indicator,
    weight: str,
    group_by: str,
    within: str,
    slice: Mapping[str, str] | None,
) -> Sums:
    """Σ of each side's rows by group: the sides' own SELECTs, wrapped and put together by UNION ALL."""
    amount = "count(DISTINCT pk)" if not weight else PERCENTILE if indicator.shape == "percentile" else "sum(weight)"
    group, depth = _group(group_by)
    columns = {"pk": "pk", "area_path": "area_path"}
    columns |= {"slice": group_by} if group == SLICE else {}
    columns |= {"weight": weight} if weight else {}
    statements, values = [], []
    for number, rows in enumerate(sides):
        inner, inner_values = _select(rows.filter(**(slice or {})).order_by().values_list(*columns.values()))
        statements.append(
            f"SELECT {number}, {group}::text, {amount} FROM ({inner}) AS rows ({', '.join(columns)})"
            " WHERE area_path <@ %s::ltree GROUP BY 2"
        )
        values += [*depth, *inner_values, within]
    with connections[sides[0].db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return {(number, key): _exact(indicator, found) for number, key, found in cursor.fetchall()}


def _group(group_by: str) -> tuple[str, list[int]]:
    if group_by in DEPTHS:
        return "subpath(area_path, 0, %s)", [DEPTHS[group_by]]
    return {"": "''", "government": "area_path"}.get(group_by, SLICE), []


def _select(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    # elide_empty=False: a side that holds nothing (`none()`) is still a SELECT, of no rows.
    return rows.query.get_compiler(using=rows.db, elide_empty=False).as_sql()


def _figure(
    indicator: Indicator, parts: tuple[Sums, Sums | None, Sums | None], number: int, group: str, area: str
) -> Figure:
    have, due, not_known = (None if part is None else part.get((number, group), Fraction()) for part in parts)
    figure = Figure(
        area=area,
        shape=indicator.shape,
        numerator=have or Fraction(),
        denominator=due,
        unknown=int(not_known or 0),
    )
    if figure.missing is not None and figure.missing < 0:
        raise ValueError(f"{indicator.key} counts more than there are in {area}: check that numerator ⊆ denominator")
    return figure


def _exact(indicator: Indicator, found: Any) -> Fraction:
    """An amount of the database as an exact number: durations in hours, those of percentiles in seconds.

    TypeError for floats: their sums depend on the order of the rows.
    """
    if isinstance(found, timedelta):
        unit = timedelta(seconds=1) if indicator.shape == "percentile" else timedelta(hours=1)
        return Fraction(found // timedelta(microseconds=1), unit // timedelta(microseconds=1))
    if found is None or isinstance(found, int | Decimal):
        return Fraction(found or 0)
    raise TypeError(f"{indicator.key} sums «{indicator.weight}», a {type(found).__name__}; sum whole numbers")
