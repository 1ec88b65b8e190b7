"""A line on the timeline that changes nothing: a remark, what a unit reported, what a device said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.accounts.actor import Actor
from linli.cases import lawful, timeline
from linli.cases.locking import announce, locked
from linli.cases.models import TimelineEntry
from linli.cases.refusals import SamePerson
from linli.cases.texts import clean
from linli.cases.workflows import workflow_of


def note(
    case_id: Any,
    what: str,
    text: str,
    actor: Actor,
    *,
    data: dict[str, Any] | None = None,
    occurred_at: datetime | None = None,
    key: str | None = None,
    mask: bool = False,
) -> TimelineEntry:
    """Write a line; anybody who sees the case may, also after it closed. `what`: `note`, `unit.on_scene` …

    `occurred_at` when it happened earlier; a repeated `key` returns the first line. Raises NotFound,
    PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if known := timeline.repeated(key, case.pk, what):
            return known
        said = clean(text, actor, mask)
        entry = timeline.add(case, what, actor, text=said, data=data, occurred_at=occurred_at, key=key)
        announce(case, "case.changed", what)
    return entry


def agree(case_id: Any, transition_key: str, actor: Actor, *, key: str | None = None) -> TimelineEntry:
    """As the second person, agree to a step that needs one; it stands until the case leaves its state.

    Raises NotFound, NoTransition, WrongState, WrongPost, SamePerson.
    """
    with locked(case_id, actor) as case:
        if known := timeline.repeated(key, case.pk, lawful.AGREED):
            return known
        workflow = workflow_of(case)
        transition = lawful.transition_of(workflow, transition_key)
        if reason := lawful.wrong_state(case, workflow, transition) or lawful.wrong_second(transition, actor):
            raise reason
        facts = lawful.Facts(case)
        if any(lawful.is_agreement(line, transition) and line.actor_id == actor.user_id for line in facts.agreements):
            raise SamePerson()
        entry = timeline.add(case, lawful.AGREED, actor, data={"transition": transition_key}, key=key)
        announce(case, "case.changed", lawful.AGREED)
    return entry
