"""Start-up checks of workflows: a state nobody reaches, a clock nobody stops, a step nobody may make (E021–E029)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core import checks

from linli.base.due import SHORT_UNITS
from linli.cases.clocks import OPENED
from linli.cases.declarations import CaseKind, Clock, Workflow
from linli.cases.details import field_names
from linli.cases.registry import kinds
from linli.notices.registry import notices

Faults = Iterator[tuple[str, str]]


def register() -> None:
    """Add them to Django's checks under the tag `packs`."""
    checks.register(check_workflows, "packs")


def check_workflows(app_configs: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Every fault of every declared workflow, each with what, where, what to do."""
    return [fault for kind in kinds for fault in faults_of(kind)]


def faults_of(kind: CaseKind) -> list[checks.CheckMessage]:
    """The faults of one kind. Where states are misnamed, only that is said: the rest would follow from it."""
    found = list(_messages(kind, "packs.E021", _unknown_states))
    if found:
        return found
    for id, check in _CHECKS:
        found += _messages(kind, id, check)
    return found


def _messages(kind: CaseKind, id: str, check: Callable[[CaseKind], Faults]) -> Iterator[checks.CheckMessage]:
    for what, hint in check(kind):
        yield checks.Error(f"{kind.key}: {what}.", hint=hint, obj=kind.key, id=id)


def _unknown_states(kind: CaseKind) -> Faults:
    workflow = kind.workflow
    known = [state.key for state in workflow.states]
    hint = f"states: {', '.join(sorted(known))}."
    named = [("the start", workflow.start)]
    for step in workflow.transitions:
        named += [(f"transition «{step.key}»", state) for state in (*step.sources, step.target)]
    for clock in workflow.clocks:
        begins = () if clock.starts_on == OPENED else (clock.starts_on,)
        named += [(f"clock «{clock.key}»", state) for state in (*begins, *clock.stops_on)]
    for where, state in named:
        if state not in known:
            yield f"{where} names the state «{state}», which does not exist", hint
    for part in ("states", "transitions", "clocks"):
        keys = [item.key for item in getattr(workflow, part)]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"«{key}» stands twice among the {part}", "Give each its own key."


def _unreached(kind: CaseKind) -> Faults:
    reached = reachable(kind.workflow, kind.workflow.start)
    for state in kind.workflow.states:
        if state.key not in reached:
            yield f"no way leads to the state «{state.key}»", "Add a transition with this target, or remove the state."


def _dead_ends(kind: CaseKind) -> Faults:
    left = {source for step in kind.workflow.transitions for source in step.sources}
    for state in kind.workflow.states:
        if not state.final and state.key not in left:
            yield f"the state «{state.key}» cannot be left", "Add a transition out of it, or make it final."
    for step in kind.workflow.transitions:
        if not step.posts:
            yield f"nobody may make the transition «{step.key}»", "Name its posts; `system` for the house itself."


def _untimed(kind: CaseKind) -> Faults:
    timed = {state for clock in kind.workflow.clocks for state in runs_in(kind.workflow, clock)}
    for state in kind.workflow.states:
        if not state.final and state.key not in timed and not str(state.untimed):
            yield f"no clock runs in the state «{state.key}»", "Declare a Clock, or say in `untimed` why none does."


def _unstopped(kind: CaseKind) -> Faults:
    for clock in kind.workflow.clocks:
        begin = kind.workflow.start if clock.starts_on == OPENED else clock.starts_on
        behind = reachable(kind.workflow, begin) - {begin}
        if not clock.stops_on:
            yield f"nothing stops the clock «{clock.key}»", "Name in `stops_on` the states that show it was kept."
        elif not behind & set(clock.stops_on):
            stops = ", ".join(clock.stops_on)
            yield f"no way leads from where the clock «{clock.key}» starts to {stops}", "Name a state that comes later."


def _without_clause(kind: CaseKind) -> Faults:
    for clock in kind.workflow.clocks:
        if not clock.clause:
            yield f"the clock «{clock.key}» names no clause", "Write its source into `clause`."
        if not str(clock.label):
            yield f"the clock «{clock.key}» has no label", "Say in `label` what is counted."


def _miscounted(kind: CaseKind) -> Faults:
    for clock in kind.workflow.clocks:
        if clock.roll != "none" and (clock.safety or clock.unit in SHORT_UNITS):
            what = f"the clock «{clock.key}» rolls, though it runs day and night"
            yield what, "Only day clocks of filing and decision roll (Civil Code 203)."
        for step in kind.workflow.transitions:
            suspends = any(effect.do == "suspend" and effect.what == clock.key for effect in step.effects)
            if suspends and (clock.safety or clock.unit in SHORT_UNITS):
                what = f"transition «{step.key}» suspends the clock «{clock.key}», which runs day and night"
                yield what, "Only day clocks can be suspended (Civil Code 201)."


def _timer_steps(kind: CaseKind) -> Faults:
    steps = {step.key: step for step in kind.workflow.transitions}
    for clock in kind.workflow.clocks:
        step = steps.get(clock.fires) if clock.fires else None
        if clock.fires and step is None:
            yield (
                f"the clock «{clock.key}» fires «{clock.fires}», which is no transition",
                f"steps: {', '.join(steps)}.",
            )
        elif step and "system" not in step.posts:
            yield (
                f"the clock «{clock.key}» fires «{step.key}», which `system` may not make",
                "Add `system` to its posts.",
            )
        elif step and not set(step.sources) & runs_in(kind.workflow, clock):
            yield f"the clock «{clock.key}» never runs where «{step.key}» is possible", "Correct the step's sources."
        unknown = set(clock.only) - set(field_names(kind))
        if unknown:
            what = f"the clock «{clock.key}» looks at {', '.join(sorted(unknown))}, which the detail does not have"
            yield what, f"fields: {', '.join(field_names(kind))}."


def _effects(kind: CaseKind) -> Faults:
    clocks = {clock.key for clock in kind.workflow.clocks}
    for step in kind.workflow.transitions:
        for effect in step.effects:
            if effect.do in ("suspend", "resume") and effect.what not in clocks:
                what = f"transition «{step.key}» {effect.do}s the clock «{effect.what}», which does not exist"
                yield what, f"clocks: {', '.join(sorted(clocks))}."
            if effect.do == "notify" and effect.what not in notices:
                yield f"transition «{step.key}» sends the notice «{effect.what}», which nobody declares", "Declare it."


_CHECKS: tuple[tuple[str, Callable[[CaseKind], Faults]], ...] = (
    ("packs.E022", _unreached),
    ("packs.E023", _dead_ends),
    ("packs.E024", _untimed),
    ("packs.E025", _unstopped),
    ("packs.E026", _without_clause),
    ("packs.E027", _miscounted),
    ("packs.E028", _timer_steps),
    ("packs.E029", _effects),
)


def reachable(workflow: Workflow, begin: str) -> set[str]:
    """The states one can come to from `begin`, itself among them."""
    found, waiting = {begin}, [begin]
    while waiting:
        here = waiting.pop()
        for step in workflow.transitions:
            if here in step.sources and step.target not in found:
                found.add(step.target)
                waiting.append(step.target)
    return found


def runs_in(workflow: Workflow, clock: Clock) -> set[str]:
    """The states in which `clock` can be running."""
    begin = workflow.start if clock.starts_on == OPENED else clock.starts_on
    ends = {*clock.stops_on, *(state.key for state in workflow.states if state.final)}
    found, waiting = {begin}, [begin]
    while waiting:
        here = waiting.pop()
        for step in workflow.transitions:
            if here in step.sources and step.target not in found | ends:
                found.add(step.target)
                waiting.append(step.target)
    return found
