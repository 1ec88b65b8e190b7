"""Exact figures: numerator over denominator, pooled, compared as fractions and shown against the promise."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from linli.scoreboard.declarations import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One indicator in one area (or one slice) on one day.

    `area` is a label-tree path, or the value of the slice it is grouped by. `denominator` is None for a bare
    count. `unknown`: objects of the denominator whose state is not known; they are not in the numerator.
    """

    area: str
    shape: Shape
    numerator: Fraction
    denominator: Fraction | None
    unknown: int = 0

    @property
    def value(self) -> Fraction | None:
        """The exact value; None (无对象, not applicable) when there is nothing to count over.

        share, time share: numerator ÷ denominator · count, percentile: the numerator · trend: this period ÷
        the period before − 1 · bool: 1 if every object due (or, without a denominator, any) is there.
        """
        if self.shape in ("count", "percentile"):
            return self.numerator
        if self.denominator is None:
            return Fraction(self.numerator > 0)
        if self.denominator == 0:
            return None
        ratio = self.numerator / self.denominator
        if self.shape == "trend":
            return ratio - 1
        return Fraction(ratio == 1) if self.shape == "bool" else ratio

    @property
    def missing(self) -> Fraction | None:
        """What is due and not there (情况不明 apart): denominator − numerator − unknown; None if none is due."""
        if self.denominator is None or self.shape in ("trend", "percentile"):
            return None
        return self.denominator - self.numerator - self.unknown


def pooled(area: str, figures: Iterable[Figure]) -> Figure:
    """The figure of the area that holds all the others: Σ numerators over Σ denominators, never a mean of rates.

    An area without objects (0/0) adds nothing. ValueError for percentiles, which cannot be pooled, and for
    no figures at all.
    """
    rows = list(figures)
    if not rows or rows[0].shape == "percentile":
        raise ValueError("only counted figures can be pooled, and at least one")
    denominators = [row.denominator for row in rows if row.denominator is not None]
    return Figure(
        area=area,
        shape=rows[0].shape,
        numerator=sum((row.numerator for row in rows), Fraction()),
        denominator=sum(denominators, Fraction()) if denominators else None,
        unknown=sum(row.unknown for row in rows),
    )


def head_count(share: Fraction, objects: Fraction | int) -> int:
    """How many of `objects` meet «达到 share 以上»: the integer ceiling, without floats (5 ‰ of 201 is 2)."""
    return math.ceil(share * objects)


def percent(value: Fraction | None, better: str = "up", *, signed: bool = False) -> str:
    """A share to one decimal, cut against the promise: 89.96 % shows «89.9 %», never «90.0 %» and missed.

    For figures that should fall (`better` = "down") it is cut upward, for the same reason. None shows «—».
    `signed` is for changes: «+3.1 %», «−9.9 %».
    """
    if value is None:
        return "—"
    cut = math.floor if better == "up" else math.ceil
    tenths = cut(value * 1000)
    sign = "−" if tenths < 0 else "+" if signed and tenths else ""
    return f"{sign}{abs(tenths) // 10:,}.{abs(tenths) % 10} %"


def whole(value: Fraction | None, better: str = "up") -> str:
    """A count or an amount in whole units, cut like `percent`; None shows «—»."""
    if value is None:
        return "—"
    return f"{(math.floor if better == 'up' else math.ceil)(value):,}"
