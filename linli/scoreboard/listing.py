"""The rows behind a figure as pages and exports show them: title, area, why it is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from linli.areas.tree import Tree
from linli.scoreboard import evaluation
from linli.scoreboard.declarations import AsOf, Indicator, Reason
from linli.ui.cells import text_of, value_of
from linli.ui.declarations import Column
from linli.ui.paths import relations_of

Which = Literal["missing", "unknown", "counted"]
LISTS: tuple[Which, ...] = ("missing", "unknown", "counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: its title, what stands under it and beside it, its area, why it is missing, where it leads."""

    key: str
    title: str
    detail: str
    cells: tuple[str, ...]
    area: str
    path: str
    reason: Reason | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """How many rows are missing for one reason; `share` of the most frequent one, in per cent (for the bar)."""

    reason: Reason
    count: int
    share: int


def rows(
    which: Which, indicator: Indicator, as_of: AsOf, area: str, slice: Mapping[str, str] | None = None
) -> QuerySet[Any]:
    """The rows of one list, those that are quickest to mend first; as far as the reader may see them."""
    find = {"missing": evaluation.missing, "unknown": evaluation.unknown, "counted": evaluation.counted}[which]
    found = find(indicator, as_of, area, slice)
    paths = [path for column in columns_of(indicator) for path in (column.path, *column.reads) if path]
    related = sorted(filter(None, {relations_of(found.model, path) for path in paths}))
    found = found.select_related(*related) if related else found
    if which == "missing" and indicator.reasons is not None:
        return found.annotate(effort=_effort(indicator.reasons.kinds)).order_by("effort", "area_path", "pk")
    return found.order_by("area_path", "pk")


def causes(indicator: Indicator, as_of: AsOf, area: str, slice: Mapping[str, str] | None = None) -> list[Cause]:
    """The missing rows counted by reason, in the order of the declaration; reasons without rows are left out."""
    if indicator.reasons is None:
        return []
    found = evaluation.missing(indicator, as_of, area, slice).order_by().values("reason").annotate(rows=Count("pk"))
    counts = {row["reason"]: row["rows"] for row in found}
    most = max(counts.values(), default=1)
    return [
        Cause(reason=reason, count=counts[reason.key], share=max(1, counts[reason.key] * 100 // most))
        for reason in indicator.reasons.kinds
        if reason.key in counts
    ]


def lines(indicator: Indicator, found: Iterable[Any], tree: Tree) -> list[Line]:
    """The rows as lines; slice the queryset first."""
    return [_line(indicator, row, tree) for row in found]


def columns_of(indicator: Indicator) -> list[Column]:
    """What is shown of a row: never a column that needs a purpose."""
    return [column for column in indicator.columns if not column.disclose]


def _line(indicator: Indicator, row: Any, tree: Tree) -> Line:
    cells = [text_of(value_of(row, column)) for column in columns_of(indicator)] or [str(row)]
    county = tree.county(row.area_path)
    leads = getattr(row, "get_absolute_url", None)
    return Line(
        key=str(row.pk),
        title=cells[0],
        detail=cells[1] if len(cells) > 1 else "",
        cells=tuple(cells[2:]),
        area=county.name if county else tree.name(row.area_path),
        path=row.area_path,
        reason=_reason(indicator, getattr(row, "reason", None)),
        href=leads() if leads else "",
    )


def _reason(indicator: Indicator, key: str | None) -> Reason | None:
    kinds = indicator.reasons.kinds if indicator.reasons else ()
    return next((reason for reason in kinds if reason.key == key), None)


def _effort(kinds: tuple[Reason, ...]) -> Case:
    cases = [When(reason=reason.key, then=Value(place)) for place, reason in enumerate(kinds)]
    return Case(*cases, default=Value(len(kinds)), output_field=IntegerField())
