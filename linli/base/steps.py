"""The steps of a counted period, and how each is said: a clock explains itself (start, pauses, days, result)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base.words import day_words, moment_words

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic: its kind and its values (text and numbers only, so that it fits in JSON)."""

    kind: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For keeping with a clock; `Step(**kept)` gives it back."""
        return asdict(self)

    def text(self) -> str:
        """The line in the reader's language."""
        return SENTENCES[self.kind](self.values)


def _day(values: Values, name: str) -> str:
    return day_words(date.fromisoformat(values[name]))


def _moment(values: Values, name: str) -> str:
    return moment_words(datetime.fromisoformat(values[name]))


def _start(values: Values) -> str:
    return _("Begins {start}.").format(start=_moment(values, "start"))


def _start_day_excluded(values: Values) -> str:
    return _("{day}, the day it begins on, is not counted (Civil Code 201).").format(day=_day(values, "day"))


def _instant(values: Values) -> str:
    start, n = _moment(values, "start"), values["n"]
    if values["unit"] == "hours":
        text = ngettext("Begins {start}; {n} hour", "Begins {start}; {n} hours", n)
    elif values["unit"] == "minutes":
        text = ngettext("Begins {start}; {n} minute", "Begins {start}; {n} minutes", n)
    else:
        text = ngettext("Begins {start}; {n} second", "Begins {start}; {n} seconds", n)
    counted = _("counted from the instant, day and night (Civil Code 201).")
    return _("{period}, {counted}").format(period=text.format(start=start, n=n), counted=counted)


def _at(values: Values) -> str:
    return _("Due {end}.").format(end=_moment(values, "end"))


def _natural_days(values: Values) -> str:
    text = ngettext("{n} natural day: {day}.", "{n} natural days: {day}.", values["n"])
    return text.format(n=values["n"], day=_day(values, "day"))


def _working_days(values: Values) -> str:
    text = ngettext("{n} working day: {day}.", "{n} working days: {day}.", values["n"])
    return text.format(n=values["n"], day=_day(values, "day"))


def _months(values: Values) -> str:
    text = ngettext("{n} month, the same day number: {day}.", "{n} months, the same day number: {day}.", values["n"])
    return text.format(n=values["n"], day=_day(values, "day"))


def _short_month(values: Values) -> str:
    return _("That month has no day {number}: its last day, {day}, stands (Civil Code 202).").format(
        number=values["number"], day=_day(values, "day")
    )


def _pause(values: Values) -> str:
    text = ngettext(
        "Paused {since} – {until} ({ground}): {n} day is not counted.",
        "Paused {since} – {until} ({ground}): {n} days are not counted.",
        values["n"],
    )
    return _paused(text, values)


def _pause_ignored(values: Values) -> str:
    text = _("Paused {since} – {until} ({ground}): does not stop a clock that runs day and night.")
    return _paused(text, values)


def _paused(text: str, values: Values) -> str:
    ground = values["ground"] or _("no ground recorded")
    since, until = _moment(values, "since"), _moment(values, "until")
    return text.format(since=since, until=until, ground=ground, n=values["n"])


def _skipped_holiday(values: Values) -> str:
    text = ngettext(
        "{name}, {n} day off ({first} – {last}), is not counted.",
        "{name}, {n} days off ({first} – {last}), is not counted.",
        values["n"],
    )
    first, last = _day(values, "first"), _day(values, "last")
    return text.format(name=values["name"], n=values["n"], first=first, last=last)


def _skipped_weekend(values: Values) -> str:
    text = ngettext("{n} day of a weekend is not counted.", "{n} days of weekends are not counted.", values["n"])
    return text.format(n=values["n"])


def _make_up(values: Values) -> str:
    return _("{day} is a make-up working day.").format(day=_day(values, "day"))


def _rolled(values: Values) -> str:
    why = values["holiday"] or _("weekend")
    return _("{day} is a rest day ({why}): the period ends on the next working day, {to}.").format(
        day=_day(values, "day"), why=why, to=_day(values, "to")
    )


def _last_day(values: Values) -> str:
    return _("Last day {day}, until 24:00.").format(day=_day(values, "day"))


def _provisional(values: Values) -> str:
    return _(
        "Provisional: the State Council's holidays of {year} are not known yet; only weekends were taken"
        " as rest days there. It is counted again when they are."
    ).format(year=values["year"])


def _back(values: Values) -> str:
    text = ngettext(
        "{n} day before {day}: {last}; a rest day is not moved.",
        "{n} days before {day}: {last}; a rest day is not moved.",
        values["n"],
    )
    return text.format(n=values["n"], day=_day(values, "day"), last=_day(values, "last"))


def _counter(values: Values) -> str:
    return _("{last} is a rest day: over the counter the last day is {day}.").format(
        last=_day(values, "last"), day=_day(values, "day")
    )


SENTENCES: Mapping[str, Callable[[Values], str]] = {
    "start": _start,
    "start_day_excluded": _start_day_excluded,
    "instant": _instant,
    "at": _at,
    "natural_days": _natural_days,
    "working_days": _working_days,
    "months": _months,
    "short_month": _short_month,
    "pause": _pause,
    "pause_ignored": _pause_ignored,
    "skipped_holiday": _skipped_holiday,
    "skipped_weekend": _skipped_weekend,
    "make_up": _make_up,
    "rolled": _rolled,
    "last_day": _last_day,
    "provisional": _provisional,
    "back": _back,
    "counter": _counter,
}
