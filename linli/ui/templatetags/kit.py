"""The kit's marks as template tags. Every one says its state in words or shape besides the colour."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.base import clock as house
from linli.ui import format as say
from linli.ui.assets import asset as asset_address
from linli.ui.clocks import ClockFace, shown
from linli.ui.words import say as sentence

register = template.Library()

_SHAPES = {
    1: '<path d="M8 1.2 14.8 8 8 14.8 1.2 8Z"/>',
    2: '<path d="M8 1.8 15 14H1Z"/>',
    3: '<circle cx="8" cy="8" r="6"/>',
    4: '<circle cx="8" cy="8" r="5.4"/>',
}


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file: `{% asset "main.js" %}`."""
    return asset_address(name)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite (frontend/src/icons.json). With `label` it is read out; without, it is decoration."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>', size, role, asset_address("icons.svg"), name
    )


@register.simple_tag
def priority(level: int) -> SafeString:
    """◆ 1 red · ▲ 2 orange · ● 3 blue · ○ 4 grey, with the level as its name."""
    level = min(4, max(1, int(level or 4)))
    name = _("priority {level}").format(level=level)
    return format_html(
        '<svg class="priority priority-{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>',
        level,
        name,
        mark_safe(_SHAPES[level]),
    )


@register.simple_tag
def pill(label: Any, tone: str = "idle", mark: str = "") -> SafeString:
    """A state: tone red late or broken, orange in work, yellow rule missing, blue waits for us, good, idle."""
    return format_html('<span class="pill {}">{}{}</span>', tone, icon(mark) if mark else "", label)


@register.simple_tag
def tag(label: Any, mark: str = "") -> SafeString:
    """A fact that is no state: level, edition, supervision."""
    return format_html('<span class="tag">{}{}</span>', icon(mark) if mark else "", label)


@register.simple_tag
def moment(value: datetime | None, style: str = "relative") -> SafeString:
    """A time: "relative" (ticks; absolute on hover and in print), "absolute", "day", "day_and_time", "clock"."""
    if value is None:
        return mark_safe('<span class="faint">—</span>')
    iso, full = value.isoformat(), say.absolute(value)
    if style == "relative":
        return format_html('<time data-moment datetime="{}" title="{}">{}</time>', iso, full, say.relative(value))
    forms = {"absolute": say.absolute, "day": say.day, "day_and_time": say.day_and_time, "clock": say.wall_clock}
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, full, forms[style](value))


@register.simple_tag
def day(value: date | None) -> str:
    """A calendar day: 5月25日 周一."""
    return say.day(value) if value else "—"


@register.simple_tag
def place(address: str, lng: float | None = None, lat: float | None = None, accuracy_m: float | None = None) -> str:
    """Address and point as every channel says them."""
    return say.place(address, lng, lat, accuracy_m)


@register.filter
def figure(value: float | None) -> str:
    """A number with thousands separated."""
    return "—" if value is None else say.number(value)


@register.simple_tag
def percent(numerator: int, denominator: int) -> str:
    """A share, cut off at one decimal."""
    return say.percent(numerator, denominator)


@register.simple_tag
def age(since: datetime | None, limit: int = 15, dead: int = 180) -> SafeString:
    """How old a value is: fresh, older than `limit` seconds, or stopped after `dead` seconds."""
    if since is None:
        return format_html('<span class="age" data-age="stopped">{}</span>', _("never"))
    seconds = (house.now() - since).total_seconds()
    state = "stopped" if seconds >= dead else "old" if seconds >= limit else "fresh"
    text = sentence("age.stopped", time=say.wall_clock(since)) if state == "stopped" else say.relative(since)
    return format_html(
        '<span class="age" data-age="{}" data-since="{}" data-old="{}" data-stopped="{}" title="{}">{}</span>',
        state,
        since.isoformat(),
        limit,
        dead,
        say.absolute(since),
        text,
    )


@register.inclusion_tag("ui/parts/clock.html")
def clock_bar(clock: ClockFace, style: str = "", note: Any = "") -> dict[str, Any]:
    """A clock bar. `style`: "" · "thin" (rows) · "big" (the case) · "inline"; `note` stands at the right."""
    now = shown(clock)
    return {
        "clock": clock,
        "now": now,
        "style": style,
        "note": note,
        "running": not (clock.stopped_at or clock.paused_at),
        "fill": f"{now.share * 100:.1f}",
        "full": f"{clock.label} {now.figure}",
        "title": " · ".join(filter(None, (say.absolute(clock.due_at), clock.clause))),
    }


@register.inclusion_tag("ui/parts/bullet.html")
def bullet(
    value: float,
    target: float,
    tone: str = "idle",
    low: float | None = None,
    high: float | None = None,
    trend: float | None = None,
    start: float = 0,
    end: float = 100,
    text: str = "",
) -> dict[str, Any]:
    """A bullet chart: bar = value, stroke = target, band = forecast, ▲ = straight line to date; all in one unit."""

    def at(number: float) -> str:
        return f"{min(100.0, max(0.0, (number - start) / (end - start) * 100)):.1f}"

    band = (at(low), f"{float(at(high)) - float(at(low)):.1f}") if low is not None and high is not None else None
    return {
        "value": at(value),
        "target": at(target),
        "tone": tone,
        "band": band,
        "trend": at(trend) if trend is not None else None,
        "text": text or f"{value} / {target}",
    }


@register.simple_tag
def unit_chip(
    sign: str, word: Any, status: str, *, stale: bool = False, key: Any = "", chosen: bool = False
) -> SafeString:
    """A unit's chip; `status` is one of available offered acknowledged en_route on_scene busy off_duty defect."""
    old = format_html(" · {}", _("old position")) if stale else ""
    return format_html(
        '<button type="button" class="unit-chip" data-unit="{}" data-status="{}" aria-pressed="{}"{}>'
        '<span class="sign">{}</span><span class="word">{}{}</span></button>',
        key or sign,
        status,
        "true" if chosen else "false",
        mark_safe(" data-stale") if stale else "",
        sign,
        word,
        old,
    )


@register.inclusion_tag("ui/parts/refusal.html")
def refusal(sentence: Any, next_step: Any = "") -> dict[str, Any]:
    """A refusal under its control: what is missing and what to do."""
    return {"sentence": sentence, "next_step": next_step}


@register.filter
def unmarked_optional(field: BoundField) -> bool:
    """True when the field may stay empty and its label does not say so already: the kit then says it."""
    if field.field.required or field.widget_type in ("checkbox", "radioselect"):
        return False
    return _("(optional)") not in str(field.label) and "(optional)" not in str(field.label)


@register.filter
def of(table: dict[str, Any], key: str) -> Any:
    """The value of `key` in a mapping; "" when it is not there."""
    return table.get(key, "")
