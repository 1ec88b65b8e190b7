"""Is the promise kept? A target against its figure on a day."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from linli.scoreboard.figures import Figure, head_count
from linli.scoreboard.programme import Target

Status = Literal["none", "ahead", "on_track", "behind", "met", "missed"]
STATUSES: tuple[Status, ...] = ("missed", "behind", "on_track", "ahead", "met", "none")
Tone = Literal["red", "orange", "blue", "good", "idle"]


def satisfied(target: Target, value: Fraction) -> bool:
    """Does the exact value keep the promise? «以上/以下» include the number itself (Civil Code 1259)."""
    goal = target.goal
    return {
        ">=": value >= goal,
        "<=": value <= goal,
        "==": value == goal,
        "trend<": value < goal,
        "trend>": value > goal,
    }[target.op]


def due_on(target: Target, day: date) -> date | None:
    """The date the target is due, seen from `day`; a yearly one falls due again on each 31 December."""
    if target.due is None or not target.yearly:
        return target.due
    return max(target.due, date(day.year, 12, 31))


def frozen_on(target: Target, day: date) -> date | None:
    """The date whose figure stays for good, once `day` is past the target's last date; else None."""
    if target.due is None or target.yearly or day <= target.due:
        return None
    return target.due


def baseline_on(target: Target, day: date, adopted: date) -> date:
    """The day from which the straight line starts: adoption, or the eve of the year for a yearly target."""
    if target.yearly:
        return max(adopted, date(day.year, 1, 1) - timedelta(days=1))
    return adopted


def line(target: Target, day: date, start: date, baseline: Fraction | None) -> Fraction | None:
    """The value the straight line from the baseline to the target has on `day`; None where there is no line.

    Only shares and counts with a date ahead of their start have one. Without a baseline (nothing to count
    over at the start) it begins at 0; where the promise was kept from the start it is level. A yes/no or a count has no fractions: its line is the whole number below.
    """
    due = due_on(target, day)
    if due is None or due <= start or target.unit == "trend" or _cumulative(target):
        return None
    begun = Fraction() if baseline is None else baseline
    if satisfied(target, begun):
        return target.goal
    elapsed = min(Fraction((day - start).days, (due - start).days), Fraction(1))
    value = begun + (target.goal - begun) * max(elapsed, Fraction())
    return value if target.unit == "ratio" else Fraction(math.floor(value))


def judge(
    target: Target, value: Fraction | None, day: date, *, start: date, baseline: Fraction | None = None
) -> Status:
    """The status of `target` with the exact `value` as of the end of `day`.

    `start`, `baseline`: from where the straight line comes (see `baseline_on`). A count of a period that may
    not be exceeded is missed at once, without waiting for its date, for it cannot fall again.
    """
    if value is None:
        return "none"
    kept, due = satisfied(target, value), due_on(target, day)
    if _cumulative(target) and not kept:
        return "missed"
    if due is None:
        return "met" if kept else "behind"
    if day >= due:
        return "met" if kept else "missed"
    if _cumulative(target):
        return "on_track"
    if kept:
        return "ahead"
    straight = line(target, day, start, baseline)
    if straight is None:
        return "behind"
    return "on_track" if _reached(target, value, straight, baseline) else "behind"


def tone(status: Status, strength: str) -> Tone:
    """Its colour: a missed aim (力争, 争取, 努力, 推动, 逐步) is amber, a missed must is red."""
    if status in ("behind", "missed"):
        return "red" if strength == "must" else "orange"
    return {"ahead": "good", "met": "good", "on_track": "blue"}.get(status, "idle")  # type: ignore[return-value]


def distance(target: Target, figure: Figure) -> int | None:
    """How many more (or fewer) objects, seconds, hours are needed to keep the promise; 0 when it is kept.

    Counted on the pooled figure: 70 % of 200 needs 140; with 126 the distance is 14. None where it cannot be
    counted (no objects, a trend, a percentile).
    """
    value = figure.value
    if value is None or target.unit == "trend" or figure.shape in ("trend", "percentile"):
        return None
    if satisfied(target, value):
        return 0
    base = Fraction(1) if target.unit == "count" else figure.denominator
    if base is None:
        return 1
    needed = target.goal * base
    if target.op == "<=" or (target.op == "==" and figure.numerator > needed):
        return math.ceil(figure.numerator - math.floor(needed))
    return math.ceil(head_count(target.goal, base) - figure.numerator)


def _cumulative(target: Target) -> bool:
    return target.unit == "count" and target.op in ("<=", "==") and target.period != ""


def _reached(target: Target, value: Fraction, straight: Fraction, baseline: Fraction | None) -> bool:
    falling = target.op == "<=" or (target.op == "==" and baseline is not None and baseline > target.goal)
    return value <= straight if falling else value >= straight
