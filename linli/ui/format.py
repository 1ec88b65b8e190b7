"""The one formatter of time, place and figures: page, print, text message and API say them alike (lesson L5).

frontend/src/time.ts follows the same rules in the browser; a test compares the two.
"""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from django.utils.translation import get_language

from linli.base import clock
from linli.base.words import moment_words
from linli.ui.words import say


def absolute(moment: datetime) -> str:
    """`2026年5月20日 星期三 08:30:20`: the long form of every channel."""
    return moment_words(moment)


def wall_clock(moment: datetime) -> str:
    """`08:30:20` on the city's wall clock."""
    return clock.local(moment).strftime("%H:%M:%S")


def day(value: date | datetime) -> str:
    """`5月25日 周一`, `Mon 25 May`; with the year when it is not this one."""
    local = clock.local(value).date() if isinstance(value, datetime) else value
    year = "" if local.year == clock.local(clock.now()).year else "y"
    if (get_language() or "zh").startswith("zh"):
        return format_date(local, {"": "M月d日 EEE", "y": "y年M月d日 EEE"}[year], locale="zh_Hans")
    return format_date(local, {"": "EEE d MMM", "y": "EEE d MMM y"}[year], locale="en_GB")


def day_and_time(moment: datetime) -> str:
    """`5月25日 周一 08:30`."""
    return f"{day(moment)} {clock.local(moment):%H:%M}"


def stopwatch(seconds: float) -> str:
    """`00:41` below one hour, `1:02:03` from there on; whole seconds passed."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def span(seconds: float) -> str:
    """`12 秒`, `3 分`, `2 小时 10 分`, `30 小时`, `3 天`: the largest unit, and the next where it matters."""
    whole = max(0, int(seconds))
    if whole < 60:
        return say("span.seconds", n=whole)
    if whole < 3600:
        return say("span.minutes", n=whole // 60)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours < 10 and minutes:
        return say("span.hours_minutes", h=hours, m=minutes)
    return say("span.hours", n=hours) if hours < 48 else say("span.days", n=hours // 24)


def relative(moment: datetime, now: datetime | None = None) -> str:
    """`3 分前`, `2 小时后`, `刚刚`: for lists; the absolute time stands beside it on hover and in print."""
    seconds = ((now or clock.now()) - moment).total_seconds()
    if abs(seconds) < 1:
        return say("moment.now")
    return say("moment.ago", span=span(seconds)) if seconds > 0 else say("moment.ahead", span=span(-seconds))


def place(address: str, lng: float | None = None, lat: float | None = None, accuracy_m: float | None = None) -> str:
    """Address and point in one line: `清风路 12 号 · 117.48912, 30.65611 ±15 m` (WGS-84, longitude first)."""
    parts = [address.strip()] if address.strip() else []
    if lng is not None and lat is not None:
        within = f" ±{accuracy_m:.0f} m" if accuracy_m else ""
        parts.append(f"{lng:.5f}, {lat:.5f}{within}")
    return " · ".join(parts) or "—"


def distance(metres: float) -> str:
    """`280 m`, `1.2 km`."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def number(value: float) -> str:
    """`1,342,764`; decimals as given."""
    return f"{value:,}"


def percent(numerator: int, denominator: int) -> str:
    """`63.0 %`, cut off and never rounded up, so that 69.96 % does not pass for a promised 70; `—` of nothing."""
    if not denominator:
        return "—"
    tenths = numerator * 1000 // denominator
    return f"{tenths // 10}.{tenths % 10} %"
