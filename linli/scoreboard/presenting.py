"""What the programme's pages show: rows in words, the summary, the month's changes, charts, the county map."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.areas.tree import Tree, load_tree
from linli.scoreboard import wording
from linli.scoreboard.board import Result, Row
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import total
from linli.scoreboard.places import short_name, within
from linli.scoreboard.programme import Deliverable, Programme
from linli.scoreboard.registry import indicators
from linli.scoreboard.status import satisfied

TRACK_START = 40  # per cent: where the tracks of shares begin, unless one of them lies below


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """The numbers of a bullet chart, all in one unit."""

    value: float
    target: float
    low: float | None
    high: float | None
    trend: float | None
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One row of the board in words."""

    row: Row
    value: str
    fraction: str
    goal: str
    status: str
    distance: str
    worst: str
    forecast: str
    badges: tuple[str, ...]
    gap: str
    bullet: Bullet | None

    @property
    def number(self) -> str:
        """The target's number."""
        return self.row.target.id

    @property
    def tone(self) -> str:
        """Its colour."""
        return self.row.tone


def shown(rows: Sequence[Row], tree: Tree) -> list[Shown]:
    """Every row in words; the tracks of all shares begin at one minimum."""
    lowest = min((_least(row) for row in rows if row.target.unit == "ratio"), default=100.0)
    start = float(TRACK_START) if lowest >= TRACK_START else 0.0
    return [_shown(row, tree, start) for row in rows]


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The strip: how many are broken (must, aim), on the line, kept, and have a figure at all."""
    tones = Counter(row.tone for row in rows)
    with_figure = sum(row.status != "none" for row in rows)
    return [
        {"count": tones["red"], "tone": "red", "label": _("must, behind or missed")},
        {"count": tones["orange"], "tone": "orange", "label": _("aims behind or missed")},
        {"count": tones["blue"], "tone": "blue", "label": pgettext("status", "on the line")},
        {"count": tones["good"], "tone": "good", "label": _("kept, some early")},
        {"count": with_figure, "tone": "", "label": _("with a figure, of {n}").format(n=len(rows))},
    ]


def changes(rows: Sequence[Row]) -> list[str]:
    """What the month changed, as far as the numbers say: more or fewer objects, promises newly kept or broken."""
    sentences = []
    for row in rows:
        before = None if row.frozen else _month_before(row)
        if before is None or row.live is None or before.value is None or row.live.value is None:
            continue
        step = row.live.figure.numerator - before.figure.numerator
        now, then = satisfied(row.target, row.live.value), satisfied(row.target, before.value)
        if now != then:
            text = _("{id} {title} is now kept") if now else _("{id} {title} is no longer kept")
            sentences.append(text.format(id=row.target.id, title=row.target.title))
        elif step and row.indicator and row.target.unit in ("ratio", "count"):
            amount = f"{'+' if step > 0 else '−'}{math.ceil(abs(step)):,} {wording.unit_words(row.indicator)}".strip()
            sentences.append(f"{row.target.id} {row.target.title} {amount}")
    return sentences


def groups_table(row: Row, tree: Tree) -> list[dict[str, Any]]:
    """The areas of a row in words, the lowest value first; those without objects last."""
    ordered = sorted(row.groups, key=lambda figure: (figure.value is None, figure.value or 0, figure.area))
    return [
        {
            "name": tree.name(figure.area),
            "value": wording.value_words(row.target, figure.value),
            "fraction": wording.fraction_words(figure),
            "missing": None if figure.missing is None else int(figure.missing),
            "area": figure.area,
        }
        for figure in ordered
    ]


def deliverables(programme: Programme, day: date) -> list[dict[str, Any]]:
    """The checklist: what is neither numeric nor dated, with the figure of its indicator where one is installed."""
    return [{"row": row, **_delivered(programme, row, day)} for row in programme.deliverables]


def _delivered(programme: Programme, row: Deliverable, day: date) -> dict[str, str]:
    absent = [pack for pack in row.packs if pack not in apps.app_configs]
    if absent:
        text = _("The pack «{pack}» is not installed.").format(pack=", ".join(absent))
        return {"state": text, "tone": "faint"}
    indicator = indicators.get(row.indicator)
    if indicator is None:
        return {"state": _("its pack is here; nothing measures it"), "tone": "muted"}
    asked = AsOf(day=day, start=indicator.starts(day))
    figure = total(indicator, asked, within=within(programme, load_tree()))
    tone = "good" if figure.value == 1 else "orange"
    return {"state": wording.figure_words(indicator, figure), "tone": tone}


def _shown(row: Row, tree: Tree, start: float) -> Shown:
    result = row.result
    return Shown(
        row=row,
        value=wording.value_words(row.target, result.value) if result else "",
        fraction=wording.fraction_words(result.figure) if result and result.figure.denominator else "",
        goal=wording.goal_words(row.target),
        status=wording.status_words(row),
        distance=wording.distance_words(row),
        worst=_worst(row, tree),
        forecast=wording.forecast_words(row),
        badges=_badges(row),
        gap=_gap(row),
        bullet=_bullet(row, result, start) if result else None,
    )


def _gap(row: Row) -> str:
    if row.gap == "pack":
        return _("The pack «{pack}» is not installed.").format(pack=row.target.pack)
    if row.gap == "indicator":
        text = _("The pack «{pack}» has no indicator «{indicator}»: run linli programme check.")
        return text.format(pack=row.target.pack, indicator=row.target.indicator)
    return ""


def _badges(row: Row) -> tuple[str, ...]:
    target = row.target
    badges = []
    if target.assumed or target.due_assumed:
        badges.append(pgettext("badge", "agreed measure"))
    if target.replaced_by:
        badges.append(pgettext("badge", "replaced measure"))
    if row.frozen:
        badges.append(pgettext("badge", "frozen {day}").format(day=row.frozen.day.isoformat()))
    return tuple(badges)


def _worst(row: Row, tree: Tree) -> str:
    """The lowest area, where the areas differ: «石台 4 / 9»."""
    groups = [figure for figure in row.groups if figure.value is not None]
    if len(groups) < 2 or row.target.unit != "ratio":
        return "—"
    worst = min(groups, key=lambda figure: (figure.value or Fraction(), figure.area))
    if worst.value == max(figure.value or Fraction() for figure in groups):
        return "—"
    few = worst.denominator is not None and worst.denominator < 20
    return f"{short_name(tree, worst.area)} {wording.fraction_words(worst) if few else wording.value_words(row.target, worst.value)}"


def _bullet(row: Row, result: Result, start: float) -> Bullet | None:
    if result.value is None or row.target.unit not in ("ratio", "count"):
        return None
    share, ahead = row.target.unit == "ratio", row.forecast if not row.frozen else None
    scale = 100.0 if share else 1.0
    value, goal = float(result.value) * scale, float(row.target.goal) * scale
    high = ahead.high * scale if ahead else None
    text = _("{value}; target {goal}; the track begins at {start}").format(
        value=wording.value_words(row.target, result.value),
        goal=wording.goal_words(row.target),
        start=f"{start:.0f} %" if share else "0",
    )
    return Bullet(
        value=value,
        target=goal,
        low=ahead.low * scale if ahead else None,
        high=high,
        trend=float(row.line) * scale if row.line is not None and not row.frozen else None,
        start=start if share else 0.0,
        end=100.0 if share else max(value, goal, high or 0, 1.0) * 1.1,
        text=text,
    )


def _least(row: Row) -> float:
    numbers = [row.result.value if row.result else None, row.line]
    least = min((float(number) * 100 for number in numbers if number is not None), default=100.0)
    return min(least, row.forecast.low * 100) if row.forecast else least


def _month_before(row: Row) -> Result | None:
    earlier = [result for result in row.history[:-1] if row.live and result.day.month != row.live.day.month]
    return earlier[-1] if earlier else None
