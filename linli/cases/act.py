"""The one function that changes a case. Page, phone, API, rule, import and timer all call it.

What else is done to a case stands beside it, each with the same lock, keys and timeline: `opening.open_case`,
`noting.note` and `agree`, `editing.edit`, `transfers`, `tasks`, `clock_acts`, `evidence.attach`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.accounts.actor import Actor
from linli.base import clock
from linli.cases import clocks, details, effects, lawful, timeline
from linli.cases.declarations import Transition, Workflow
from linli.cases.locking import announce, locked
from linli.cases.models import Case
from linli.cases.noting import agree, note
from linli.cases.opening import Opened, open_case
from linli.cases.refusals import OpenElsewhere, Stale, UnknownFields
from linli.cases.registry import kinds
from linli.cases.texts import clean
from linli.cases.workflows import workflow_of

__all__ = ["Opened", "act", "agree", "note", "open_case"]

# Answers that are not fields of the detail: a remark, the ground of the step, a number of another house.
SAID = ("text", "reason", "number")


def act(
    case_id: Any,
    transition_key: str,
    actor: Actor,
    answers: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    key: str | None = None,
    mask: bool = False,
    occurred_at: datetime | None = None,
) -> Case:
    """Make one step of the case's own workflow: change, clocks, timeline, effects, outbox, in one transaction.

    `answers`: fields of the detail, and what the step needs (`reason`, `number`, or the need's name); `text` is a
    remark. `version` is the one the actor saw; `key` the sender's idempotency key: a repeat changes nothing and
    returns the case as it is. Raises NotFound, NoTransition, Stale, WrongState, WrongPost, WrongRelation,
    NeedMissing, UnknownFields, DetailRefused, PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, f"act.{transition_key}"):
            return case
        workflow = workflow_of(case)
        transition = lawful.transition_of(workflow, transition_key)
        fresh(case, workflow, version)
        given = dict(answers or {})
        facts = lawful.Facts(case)
        lawful.check(facts, workflow, transition, actor, given)
        _perform(facts, workflow, transition, actor, given, key, mask, occurred_at)
    return case


def fresh(case: Case, workflow: Workflow, version: int | None) -> None:
    """Raises Stale, showing both versions, when the actor saw an older case."""
    if version is not None and version != case.version:
        raise Stale(seen=version, version=case.version, state=workflow.state(case.state).label)


def _perform(
    facts: lawful.Facts,
    workflow: Workflow,
    transition: Transition,
    actor: Actor,
    answers: dict[str, Any],
    key: str | None,
    mask: bool,
    occurred_at: datetime | None,
) -> None:
    case, before = facts.case, facts.case.state
    said = _take_said(transition, answers, actor, mask)
    case.version += 1
    changed = _take_fields(facts, answers, actor, mask)
    _move(case, workflow, transition.target)
    clocks.enter(case, workflow, transition.target, actor)
    case.save()
    data = {"transition": transition.key, "from": before, "to": case.state, "answers": said, "fields": changed}
    text = said.get("reason") or said.get("text") or ""
    timeline.add(case, f"act.{transition.key}", actor, text=text, data=data, occurred_at=occurred_at, key=key)
    effects.run(case, workflow, transition, actor, said)
    kind = kinds.get(case.kind_id)
    if kind and kind.after:
        kind.after(case, transition.key, actor, said)
    announce(case, "case.closed" if case.closed_at else "case.changed", transition.key)


def _take_said(transition: Transition, answers: dict[str, Any], actor: Actor, mask: bool) -> dict[str, str]:
    """Take out of `answers` what is said with the step and is no field; free text is scanned."""
    names = {*SAID, *(need.name for need in transition.needs if need.what in ("reason", "number") and need.name)}
    said = {name: str(answers.pop(name)) for name in sorted(names & set(answers))}
    return {
        name: clean(text, actor, mask) if name in ("text", "reason") else text for name, text in said.items() if text
    }


def _take_fields(facts: lawful.Facts, values: dict[str, Any], actor: Actor, mask: bool) -> dict[str, Any]:
    """Write the fields of the detail that came with the step; what changed."""
    if not values:
        return {}
    if facts.detail is None:
        raise UnknownFields(fields=", ".join(values), known="")
    changed = details.assign(facts.detail, values, actor, mask)
    facts.detail.save()
    facts.case.field_versions |= dict.fromkeys(changed, facts.case.version)
    return changed


def _move(case: Case, workflow: Workflow, target: str) -> None:
    """Into the state `target`: closed when it is final, open again when it is not."""
    now = clock.now()
    if target != case.state:
        case.state, case.state_since = target, now
    if workflow.state(target).final:
        case.closed_at, case.outcome = case.closed_at or now, target
    elif case.closed_at:
        _reopen(case)


def _reopen(case: Case) -> None:
    if case.fold_key:
        other = Case.objects.filter(fold_key=case.fold_key, closed_at__isnull=True).exclude(pk=case.pk).first()
        if other:
            raise OpenElsewhere(number=case.number, other=other.number)
    case.closed_at, case.outcome = None, ""
