"""How figures and promises read: exact numbers cut for the screen, targets, distances, sentences of the brief."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from linli.scoreboard.board import Row
from linli.scoreboard.declarations import Indicator
from linli.scoreboard.figures import Figure, percent, whole
from linli.scoreboard.programme import Target
from linli.scoreboard.status import Status

STATUS_LABELS: dict[Status, Any] = {
    "none": pgettext_lazy("status", "no figure"),
    "ahead": pgettext_lazy("status", "kept early"),
    "on_track": pgettext_lazy("status", "on the line"),
    "behind": pgettext_lazy("status", "behind"),
    "met": pgettext_lazy("status", "kept"),
    "missed": pgettext_lazy("status", "missed"),
}
COMPARISONS = {">=": "≥", "<=": "≤", "==": "", "trend<": "", "trend>": ""}


def value_words(target: Target, value: Fraction | None) -> str:
    """The value of a target: «63.0 %», «44», «−9.9 %», «yes», or «no objects» where nothing is due."""
    if value is None:
        return pgettext("figure", "no objects")
    if target.unit == "bool":
        return pgettext("figure", "yes") if value else pgettext("figure", "no")
    better = "down" if target.op in ("<=", "trend<") else "up"
    if target.unit == "count":
        return whole(value, better)
    return percent(value, better, signed=target.unit == "trend")


def figure_words(indicator: Indicator, figure: Figure) -> str:
    """The value of a figure outside a target."""
    if figure.value is None:
        return pgettext("figure", "no objects")
    if indicator.shape in ("count", "percentile"):
        return whole(figure.value, indicator.better)
    if indicator.shape == "bool":
        return pgettext("figure", "yes") if figure.value else pgettext("figure", "no")
    return percent(figure.value, indicator.better, signed=indicator.shape == "trend")


def fraction_words(figure: Figure) -> str:
    """«126 / 200»; the count alone where there is no denominator."""
    numerator = whole(figure.numerator)
    return numerator if figure.denominator is None else f"{numerator} / {whole(figure.denominator)}"


def goal_words(target: Target) -> str:
    """«≥ 70 %», «100 %», «≥ 40», «rising»."""
    if target.op in ("trend<", "trend>") and target.goal == 0:
        return pgettext("target", "falling") if target.op == "trend<" else pgettext("target", "rising")
    if target.unit == "bool":
        return pgettext("figure", "yes")
    return f"{COMPARISONS[target.op]} {_plain(target)}".strip()


def distance_words(row: Row) -> str:
    """«14 sets to go», «3 too many», «—» when it is kept or cannot be counted."""
    if not row.distance or row.indicator is None or row.result is None:
        return "—"
    too_many = row.target.op == "<=" or (row.target.op == "==" and row.result.value is not None and _over(row))
    text = _("{n} {unit} too many") if too_many else _("{n} {unit} to go")
    return text.format(n=f"{row.distance:,}", unit=unit_words(row.indicator)).replace("  ", " ")


def unit_words(indicator: Indicator) -> str:
    """What is counted; nothing for a unit that is the percentage itself."""
    return "" if str(indicator.unit) == "percent" else str(indicator.unit)


def status_words(row: Row) -> str:
    """Its status; a broken aim says that it is one, a target without its pack why it has no figure."""
    if row.status == "behind" and row.target.strength == "aim":
        return pgettext("status", "aim behind")
    if row.status == "missed" and row.target.strength == "aim":
        return pgettext("status", "aim missed")
    return str(STATUS_LABELS[row.status])


def needed_words(row: Row) -> str:
    """The head count the promise comes to on this denominator: «140»; "" where that is no number of objects."""
    figure = row.result.figure if row.result else None
    if row.target.unit != "ratio" or figure is None or not figure.denominator:
        return ""
    return f"{math.ceil(row.target.goal * figure.denominator):,}"


def forecast_words(row: Row) -> str:
    """Where it will be at its date if it goes on like this, and how many are missing then."""
    ahead = row.forecast
    if ahead is None or row.due is None:
        return ""
    figures = {"value": _about(row, ahead.value), "low": _about(row, ahead.low), "high": _about(row, ahead.high)}
    text = _("At the pace of the last months about {value} by its date ({low}–{high}).").format(**figures)
    short = _short_at(row, ahead.value)
    if not short:
        return text
    unit = unit_words(row.indicator) if row.indicator else ""
    more = _("{n} {unit} would still be missing.").format(n=f"{short:,}", unit=unit)
    return f"{text} {more}".replace("  ", " ")


def _short_at(row: Row, value: float) -> int:
    figure = row.result.figure if row.result else None
    if figure is None or (row.target.op != ">=" and row.target.op != "=="):
        return 0
    base = 1.0 if row.target.unit == "count" else float(figure.denominator or 0)
    return max(0, math.ceil((float(row.target.goal) - value) * base - 1e-9))


def _about(row: Row, value: float) -> str:
    return f"{value * 100:.1f} %" if row.target.unit == "ratio" else f"{value:,.0f}"


def _plain(target: Target) -> str:
    if target.unit == "count":
        return f"{target.goal.numerator:,}"
    hundredths = target.goal * 100
    number = f"{abs(hundredths).numerator}" if hundredths.denominator == 1 else f"{float(abs(hundredths)):.1f}"
    return f"{'−' if hundredths < 0 else ''}{number} %"


def _over(row: Row) -> bool:
    return row.result is not None and row.result.value is not None and row.result.value > row.target.goal
