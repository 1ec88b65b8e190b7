"""The timeline in words: one sentence for each entry, in the reader's language, whoever wrote it and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.words import end_words, in_reader_language
from linli.cases.clocks import declared_clock, label
from linli.cases.declarations import Line, Workflow
from linli.cases.details import detail_of
from linli.cases.lawful import listed, post_label
from linli.cases.models import Case, TimelineEntry
from linli.cases.registry import lines


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as page, print and API say it."""

    entry: TimelineEntry
    at: datetime
    sentence: str
    text: str
    by: str
    tone: str
    by_house: bool
    is_step: bool


def tell(case: Case, workflow: Workflow, entries: list[TimelineEntry]) -> list[Told]:
    """The entries in words. `at` is when it happened, if that is known, else when it was written."""
    return [_told(case, workflow, entry) for entry in entries]


def _told(case: Case, workflow: Workflow, entry: TimelineEntry) -> Told:
    step = entry.what.startswith("act.")
    if step:
        sentence, tone = _step(workflow, entry)
    else:
        line = _line(entry.what)
        values = _Values(_values(case, workflow, entry))
        sentence = str(line.label).format_map(values) if line else ""
        tone = line.tone if line else "idle"
    beside = entry.text if sentence and entry.text not in sentence else ""
    if isinstance(entry.data.get("sentence"), dict):
        sentence = " ".join(filter(None, (sentence, in_reader_language(entry.data["sentence"]))))
    house = entry.post == "system"
    return Told(
        entry=entry,
        at=entry.occurred_at or entry.at,
        sentence=sentence or entry.text or entry.what,
        text=beside,
        by=_("the house itself") if house else f"{post_label(entry.post)} {entry.actor_name}",
        tone=tone,
        by_house=house,
        is_step=step or entry.what == "opened",
    )


def _step(workflow: Workflow, entry: TimelineEntry) -> tuple[str, str]:
    """«confirm the fault: under repair», with the numbers that were given."""
    data = entry.data
    steps = {step.key: step.label for step in workflow.transitions}
    states = {state.key: state for state in workflow.states}
    target = states.get(data.get("to", ""))
    said = str(steps.get(data.get("transition", ""), entry.what))
    if target and data.get("from") != data.get("to"):
        said = _("{step}: {state}").format(step=said, state=target.label)
    given = [text for name, text in data.get("answers", {}).items() if name not in ("text", "reason")]
    return " · ".join([said, *given]), target.tone if target else "idle"


def _line(what: str) -> Line | None:
    """The sentence of this kind of entry: another room's, ours, or that of its family."""
    family = f"{what.partition('.')[0]}.*"
    return lines.get(what) or _OURS.get(what) or lines.get(family)


def _values(case: Case, workflow: Workflow, entry: TimelineEntry) -> dict[str, Any]:
    data = dict(entry.data)
    values: dict[str, Any] = {"text": entry.text, **data}
    for name, say in _SAYING.items():
        if name in data:
            values[name] = say(case, workflow, data[name])
    return values


def _clock_word(_case: Case, workflow: Workflow, key: Any) -> str:
    declared = declared_clock(workflow, str(key))
    return label(declared) if declared else str(key)


def _moment_word(_case: Case, _workflow: Workflow, value: Any) -> Any:
    try:
        return end_words(datetime.fromisoformat(str(value)))
    except ValueError:
        return value


def _step_word(_case: Case, workflow: Workflow, key: Any) -> str:
    return next((str(step.label) for step in workflow.transitions if step.key == key), str(key))


def _fields_word(case: Case, _workflow: Workflow, fields: Any) -> str:
    """«pressure (kPa): 60 → 80, title: …»"""
    said = [
        f"{field_label(case, name)}: {_shown(change['from'])} → {_shown(change['to'])}"
        for name, change in fields.items()
    ]
    return str(listed(said))


def field_label(case: Case, name: str) -> str:
    """A field of the case or of its detail in words."""
    for model in (case, detail_of(case)):
        if model is not None and name in {field.name for field in model._meta.fields}:
            return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return name


def _shown(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


class _Values(dict[str, Any]):
    """A place that the entry does not fill stays empty."""

    def __missing__(self, name: str) -> str:
        return ""


_SAYING: Mapping[str, Callable[[Case, Workflow, Any], Any]] = {
    "clock": _clock_word,
    "transition": _step_word,
    "fields": _fields_word,
    "from": _moment_word,
    "to": _moment_word,
    "due": _moment_word,
    "post": lambda _case, _workflow, key: str(post_label(str(key))),
}
_OURS: Mapping[str, Line] = {
    line.key: line
    for line in (
        Line(key="opened", label=gettext_lazy("Case opened"), tone="red"),
        Line(key="signal", label=gettext_lazy("The same again: signal {count}"), tone="orange"),
        Line(key="edit", label=gettext_lazy("Changed: {fields}")),
        Line(key="agreed", label=gettext_lazy("Agreed as the second person: {transition}"), tone="good"),
        Line(key="published", label=gettext_lazy("Published"), tone="accent"),
        Line(key="child.opened", label=gettext_lazy("Opened beside it: {number}"), tone="accent"),
        Line(key="evidence.added", label=gettext_lazy("Evidence: {text}"), tone="accent"),
        Line(key="task.added", label=gettext_lazy("Task for {post}: {text}"), tone="blue"),
        Line(key="task.done", label=gettext_lazy("Task done: {title}"), tone="good"),
        Line(key="body.assigned", label=gettext_lazy("{name} works beside")),
        Line(key="transfer.offered", label=gettext_lazy("Handed over to {name}, who must answer"), tone="blue"),
        Line(key="transfer.accepted", label=gettext_lazy("{name} has taken the case"), tone="good"),
        Line(key="transfer.returned", label=gettext_lazy("{name} has given the case back"), tone="orange"),
        Line(key="transfer.decided", label=gettext_lazy("Decided: {name} is responsible"), tone="accent"),
        Line(key="clock.warned", label=gettext_lazy("Reminder: «{clock}» is due {due}"), tone="orange"),
        Line(key="clock.overdue", label=gettext_lazy("«{clock}» has run out"), tone="red"),
        Line(key="clock.escalated", label=gettext_lazy("«{clock}»: {post} was told"), tone="red"),
        Line(key="clock.paused", label=gettext_lazy("«{clock}» is paused"), tone="yellow"),
        Line(key="clock.resumed", label=gettext_lazy("«{clock}» runs on, due {to} instead of {from}"), tone="blue"),
        Line(key="clock.extended", label=gettext_lazy("«{clock}» extended to {to} (was {from})"), tone="yellow"),
        Line(
            key="clock.recounted",
            label=gettext_lazy("New holidays: «{clock}» is now due {to} instead of {from}"),
            tone="yellow",
        ),
        Line(
            key="clock.could_not_fire",
            label=gettext_lazy("The house could not make the step «{transition}»."),
            tone="red",
        ),
    )
}
