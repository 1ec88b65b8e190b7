"""The value of a column for a row, as a thing, as text for exports, and as HTML for the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.base import clock
from linli.ui import format as say
from linli.ui.clocks import ClockFace, shown
from linli.ui.declarations import Column
from linli.ui.paths import plain_field, value_at
from linli.ui.templatetags import kit


def value_of(row: Any, column: Column) -> Any:
    """The plain value; the label of a choice where the field has choices."""
    if column.value:
        return column.value(row)
    value = value_at(row, column.path)
    field = plain_field(type(row), column.path) if isinstance(row, Model) else None
    if field is not None and field.choices and value is not None:
        return dict(field.flatchoices).get(value, value)
    return value


def text_of(value: Any) -> str:
    """The value in words, as exports and cards say it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ClockFace):
        now = shown(value)
        return " ".join(filter(None, (str(value.label), now.figure, now.rest)))
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(text_of(item) for item in value)
    return str(value)


def _pill(row: Any, column: Column, value: Any) -> Any:
    return kit.pill(value, column.tone(row) if column.tone else "idle") if value not in (None, "") else ""


def _number(_row: Any, column: Column, value: Any) -> Any:
    number = say.number(value) if isinstance(value, int | float) else text_of(value)
    return format_html("{} <small class=faint>{}</small>", number, column.unit) if column.unit else number


def _clock(_row: Any, _column: Column, value: Any) -> Any:
    if value is None:
        return format_html('<span class="faint">{}</span>', "—")
    return render_to_string("ui/parts/clock.html", kit.clock_bar(value, "thin"))


_SHOWN: dict[str, Callable[[Any, Column, Any], Any]] = {
    "number": _number,
    "moment": lambda _row, _column, value: kit.moment(value),
    "day": lambda _row, _column, value: kit.day(value),
    "priority": lambda _row, _column, value: kit.priority(value),
    "pill": _pill,
    "clock": _clock,
    "mono": lambda _row, _column, value: format_html('<span class="mono nowrap">{}</span>', text_of(value)),
}


def is_empty(row: Any, column: Column) -> bool:
    """True when there is nothing to show; a phone leaves such a cell out."""
    return not column.disclose and value_of(row, column) in (None, "", [], ())


def html_of(row: Any, column: Column) -> SafeString | str:
    """The value as the table draws it. A personal value is not read for a list: its page asks for the purpose."""
    if column.disclose:
        return format_html('<span class="faint">{} {}</span>', kit.icon("lock"), _("on its page"))
    value = value_of(row, column)
    draw = _SHOWN.get(column.show)
    return draw(row, column, value) if draw else text_of(value)
