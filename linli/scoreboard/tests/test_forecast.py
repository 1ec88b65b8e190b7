"""The forecast and the funnel, against their published formulas."""

from __future__ import annotations

import math
from datetime import date

import pytest
from scipy.stats import binom

from linli.scoreboard.forecast import DAYS_A_MONTH, forecast
from linli.scoreboard.funnel import limits, outside
from linli.scoreboard.tests.making import figure

MONTHS = [date(2026, month, 1) for month in range(1, 6)]


def test_a_steady_rise_goes_on_without_spread():
    history = [(day, (day - MONTHS[0]).days / 1000) for day in MONTHS]
    ahead = forecast(history, date(2026, 12, 31))
    assert ahead is not None
    assert ahead.value == pytest.approx((date(2026, 12, 31) - MONTHS[0]).days / 1000)
    assert ahead.high - ahead.low == pytest.approx(0, abs=1e-9)


def test_the_spread_is_the_drift_methods():
    # Monthly changes of +2, 0, +2, 0 points a month of equal length: drift 1, residual spread √(4/3).
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + round(DAYS_A_MONTH * n)) for n in range(6)]
    history = list(zip(days[:5], [0.0, 2.0, 2.0, 4.0, 4.0], strict=True))
    ahead = forecast(history, days[5])
    assert ahead is not None
    assert ahead.value == pytest.approx(5, abs=0.05)
    assert ahead.high - ahead.value == pytest.approx(1.2816 * math.sqrt(4 / 3) * math.sqrt(1 + 1 / 4), rel=0.03)


def test_too_short_a_history_or_a_past_date_has_no_forecast():
    history = [(day, 0.5) for day in MONTHS]
    assert forecast(history[:3], date(2026, 12, 31)) is None
    assert forecast(history, MONTHS[-1]) is None


def test_a_share_is_not_forecast_beyond_all():
    ahead = forecast([(day, 0.9 + n / 50) for n, day in enumerate(MONTHS)], date(2027, 12, 31), high=1.0)
    assert ahead is not None
    assert (ahead.low, ahead.value, ahead.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("objects", [40, 104, 400])
@pytest.mark.parametrize("rate", [0.3, 0.63])
def test_funnel_limits_leave_out_about_one_in_twenty(rate, objects):
    low, high = limits(rate, objects)
    inside = binom.cdf(math.floor(high * objects), objects, rate) - binom.cdf(
        math.ceil(low * objects) - 1, objects, rate
    )
    assert 0.92 < inside < 0.98  # the exact distribution's share between the limits


def test_limits_are_cut_at_none_and_all():
    assert limits(0.9, 3) == (pytest.approx(0.5605, abs=1e-3), 1.0)


def test_a_small_county_is_not_shamed_by_chance():
    city = figure(126, 200)
    counties = [figure(69, 104), figure(33, 55), figure(4, 9, "34.3417.341722"), figure(20, 32)]
    assert outside(city, counties) == []
    assert outside(city, [figure(0, 9), figure(0, 0)]) == [figure(0, 9)]
