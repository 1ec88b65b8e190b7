"""Funnel limits: how far from the city's rate a small area may lie by chance alone."""

from __future__ import annotations

from fractions import Fraction

from linli.scoreboard.figures import Figure


def limits(rate: float, objects: int, cover: float = 0.95) -> tuple[float, float]:
    """The bounds between which the rate of an area with `objects` objects falls by chance, `cover` of the time.

    Exact binomial limits, interpolated (Spiegelhalter 2005, Funnel plots for comparing institutional
    performance, Statistics in Medicine 24, appendix A.1.1). `objects` ≥ 1, 0 ≤ `rate` ≤ 1.
    """
    tail = (1 - cover) / 2
    return _limit(rate, objects, tail), _limit(rate, objects, 1 - tail)


def _limit(rate: float, objects: int, quantile: float) -> float:
    from scipy.stats import binom  # heavy: only pages and the command that draw a funnel pay for it

    if rate in (0, 1):
        return rate
    count = int(binom.ppf(quantile, objects, rate))
    reached, step = binom.cdf(count, objects, rate), binom.pmf(count, objects, rate)
    between = (reached - quantile) / step
    return float(min(max((count - between) / objects, 0.0), 1.0))


def outside(city: Figure, figures: list[Figure], cover: float = 0.95) -> list[Figure]:
    """The areas whose rate lies outside the limits around the city's: their difference is hardly chance."""
    centre = city.value
    if centre is None:
        return []
    return [figure for figure in figures if _is_outside(float(centre), figure, cover)]


def _is_outside(centre: float, figure: Figure, cover: float) -> bool:
    value = figure.value
    if value is None or not figure.denominator or figure.denominator != int(figure.denominator):
        return False
    low, high = limits(centre, int(figure.denominator), cover)
    return not Fraction(low) <= value <= Fraction(high)
