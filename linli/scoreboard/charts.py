"""The programme's pictures as data: course and forecast, funnel, county map."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.areas.models import Area
from linli.areas.tree import Tree
from linli.scoreboard import wording
from linli.scoreboard.board import Row
from linli.scoreboard.figures import Figure
from linli.scoreboard.funnel import outside
from linli.scoreboard.places import short_name
from linli.scoreboard.status import line, satisfied


def series_chart(row: Row) -> dict[str, Any]:
    """The drawer's chart: the months so far, the straight line, the forecast with its band, the target."""
    scale = 100 if row.target.unit in ("ratio", "trend") else 1
    # A baseline long before the first month would stand on the axis as if it were the month before.
    far = len(row.history) > 1 and (row.history[1].day - row.history[0].day).days > 31
    history = row.history[1:] if far else row.history
    days = [result.day for result in history]
    values = [None if result.value is None else round(float(result.value) * scale, 2) for result in history]
    ahead = row.forecast
    blank: list[float | None] = [None] * len(days)
    last = next((value for value in reversed(values) if value is not None), None)
    actual = {
        "name": pgettext("programme", "actual"),
        "tone": _tone(row),
        "values": [*values, *([None] if ahead else [])],
    }
    series: list[dict[str, Any]] = [actual]
    if row.line is not None and row.due:
        series.append(
            {
                "name": pgettext("programme", "straight line"),
                "tone": "idle",
                "dashed": True,
                "values": _line(row, days, scale),
            }
        )
    if ahead and last is not None:
        begun = [*blank[:-1], last]
        series.append(
            {
                "name": _("forecast, 80 % interval"),
                "tone": "accent",
                "dashed": True,
                "values": [*begun, round(ahead.value * scale, 1)],
                "low": [*begun, round(ahead.low * scale, 1)],
                "high": [*begun, round(ahead.high * scale, 1)],
            }
        )
    unit = "%" if scale == 100 else str(row.indicator.unit) if row.indicator else ""
    labels = [f"{day:%Y-%m}" for day in days] + ([row.due.isoformat()] if ahead and row.due else [])
    chart: dict[str, Any] = {"x": labels, "unit": unit, "series": series}
    if row.target.op in (">=", "<=", "=="):
        chart |= {"target": float(row.target.goal * scale), "target_label": wording.goal_words(row.target)}
    return chart


def funnel_chart(row: Row, tree: Tree) -> dict[str, Any] | None:
    """Share against denominator of the areas, or None where a funnel says nothing (no shares, fewer than 2 areas)."""
    result = row.result
    groups = [figure for figure in row.groups if figure.value is not None and figure.denominator]
    if result is None or result.figure.value is None or row.target.unit != "ratio" or len(groups) < 2:
        return None
    points = [
        {"name": short_name(tree, figure.area), "n": float(figure.denominator or 0), "share": float(figure.value or 0)}
        for figure in groups
    ]
    return {
        "pooled": float(result.figure.value),
        "target": float(row.target.goal * 100),
        "target_label": wording.goal_words(row.target),
        "x_label": wording.unit_words(row.indicator) if row.indicator else "",
        "points": points,
    }


def funnel_words(row: Row, tree: Tree) -> str:
    """What the funnel allows to be said, and no more."""
    if row.result is None:
        return ""
    groups = [figure for figure in row.groups if figure.value is not None]
    far = [short_name(tree, figure.area) for figure in outside(row.result.figure, groups)]
    if not far:
        return _("All {n} areas lie inside the 95 % limits: the differences may be chance. No ranking.").format(
            n=len(groups)
        )
    return _("Outside the 95 % limits: {names}. The differences of the others may be chance.").format(
        names=pgettext("between names", ", ").join(far)
    )


def area_map(row: Row, tree: Tree, text_size: int | None = None) -> dict[str, Any]:
    """GeoJSON (WGS-84) of the row's areas: the farther below the target, the stronger the colour.

    `text_size`: pixels of the names, the map's own if None.
    """
    figures = {figure.area: figure for figure in row.groups}
    found = Area.objects.filter(path__in=list(figures), ended_on=None, boundary__isnull=False)
    features = []
    for path, boundary in found.values_list("path", "boundary"):
        figure = figures[path]
        name = f"{short_name(tree, figure.area)}\n{wording.value_words(row.target, figure.value)}"
        label = f"{name}\n{wording.fraction_words(figure)}" if figure.denominator else name
        tone = "good" if figure.value is not None and satisfied(row.target, figure.value) else _tone(row)
        properties: dict[str, Any] = {"key": path, "tone": tone, "strength": _strength(row, figure), "label": label}
        properties |= {"size": text_size} if text_size else {}
        features.append({"type": "Feature", "geometry": boundary, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _line(row: Row, days: list[date], scale: int) -> list[float | None]:
    start, until = row.start or days[0], [*days, *([row.due] if row.forecast and row.due else [])]
    found = [line(row.target, on, start, row.baseline) for on in until]
    return [None if value is None else round(float(value) * scale, 2) for value in found]


def _strength(row: Row, figure: Figure) -> float:
    """How strongly an area is coloured, 0.06 when the promise is kept there, up to 0.6 at 30 points below."""
    if figure.value is None or satisfied(row.target, figure.value):
        return 0.06
    gap = float(abs(row.target.goal - figure.value))
    return round(min(0.6, 0.1 + gap / 0.3 * 0.5), 3)


def _tone(row: Row) -> str:
    return row.tone if row.tone != "idle" else "accent"
