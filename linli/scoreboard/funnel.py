"""Funnel limits: how far from the city's rate a small area may lie by chance alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist

from linli.scoreboard.figures import Figure


def limits(rate: float, objects: float, cover: float = 0.95) -> tuple[float, float]:
    """The bounds between which the rate of an area with `objects` objects falls by chance, `cover` of the time.

    Normal approximation of the binomial, cut at 0 and 1 (Spiegelhalter 2005, Funnel plots for comparing
    institutional performance, Statistics in Medicine 24): what the chart in the browser draws.
    """
    half = NormalDist().inv_cdf(0.5 + cover / 2) * math.sqrt(rate * (1 - rate) / objects)
    return max(0.0, rate - half), min(1.0, rate + half)


def outside(city: Figure, figures: Iterable[Figure], cover: float = 0.95) -> list[Figure]:
    """The areas whose share lies outside the limits around the city's: their difference is hardly chance."""
    centre = city.value
    return [] if centre is None else [figure for figure in figures if _is_outside(float(centre), figure, cover)]


def _is_outside(centre: float, figure: Figure, cover: float) -> bool:
    if figure.value is None or not figure.denominator:
        return False
    low, high = limits(centre, float(figure.denominator), cover)
    return not low <= float(figure.value) <= high
