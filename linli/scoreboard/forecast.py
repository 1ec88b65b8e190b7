"""Where a figure will be at its date if it goes on as in the months before, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import NormalDist

DAYS_A_MONTH = 30.436875  # mean Gregorian month
LEAST_POINTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Expected value on a day, with the bounds between which it falls 4 times in 5."""

    day: date
    value: float
    low: float
    high: float


def forecast(
    history: Sequence[tuple[date, float]], day: date, *, low: float = 0.0, high: float = math.inf, cover: float = 0.8
) -> Forecast | None:
    """Random walk with drift over monthly points (oldest first): last value + mean change × months ahead.

    Spread at h months after T points: σ √(h (1 + h/(T−1))), σ = the residual spread of the monthly changes
    (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5). `low` and `high` bound
    what the figure can be. None with fewer than 4 points, or when `day` is not after the last of them.
    """
    if len(history) < LEAST_POINTS or day <= history[-1][0]:
        return None
    changes = [
        (after - before) / ((later - earlier).days / DAYS_A_MONTH)
        for (earlier, before), (later, after) in pairwise(history)
    ]
    drift = sum(changes) / len(changes)
    spread = math.sqrt(sum((change - drift) ** 2 for change in changes) / (len(changes) - 1))
    ahead = (day - history[-1][0]).days / DAYS_A_MONTH
    width = NormalDist().inv_cdf(0.5 + cover / 2) * spread * math.sqrt(ahead * (1 + ahead / len(changes)))
    value = history[-1][1] + drift * ahead

    def bounded(figure: float) -> float:
        return min(max(figure, low), high)

    return Forecast(day=day, value=bounded(value), low=bounded(value - width), high=bounded(value + width))
