"""What else a step does in the same transaction: tell a post, open a child, publish, suspend and resume clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from linli.accounts.actor import SYSTEM, Actor
from linli.base import clock
from linli.cases import clocks, timeline
from linli.cases.declarations import Clock, Effect, Subject, Transition, Workflow
from linli.cases.models import Case
from linli.cases.opening import open_case
from linli.notices.registry import notices
from linli.notices.sending import notify


def run(case: Case, workflow: Workflow, transition: Transition, actor: Actor, answers: Mapping[str, Any]) -> None:
    """Do the declared effects of `transition`, in their order."""
    for effect in transition.effects:
        _DOING[effect.do](case, workflow, effect, actor, str(answers.get("reason", "")))


def about(case: Case) -> dict[str, Any]:
    """The fields every notice about a case can name."""
    return {"number": case.number, "title": case.title, "address": case.address}


def _notify(case: Case, workflow: Workflow, effect: Effect, actor: Actor, reason: str) -> None:
    fields = about(case) | {"reason": reason}
    body = None if notices[effect.what].by_place else case.responsible_id
    notify(effect.what, case.area_path, body, fields, f"case:{case.number}", case.priority)


def _open_child(case: Case, workflow: Workflow, effect: Effect, actor: Actor, reason: str) -> None:
    subject = Subject(
        title=case.title,
        area_path=case.area_path,
        lng=case.lng,
        lat=case.lat,
        address=case.address,
        premises_id=case.premises_id,
        asset_id=case.asset_id,
        organisation_id=case.organisation_id,
        responsible=case.responsible_id,
        parent_id=case.pk,
    )
    child = open_case(effect.what, subject, {}, SYSTEM, opened_by={"case": case.number}, is_test=case.is_test).case
    timeline.add(case, "child.opened", actor, data={"number": child.number, "kind": child.kind_id})


def _publish(case: Case, workflow: Workflow, effect: Effect, actor: Actor, reason: str) -> None:
    case.published_at = clock.now()
    case.save(update_fields=["published_at"])
    timeline.add(case, "published", actor)


def _suspend(case: Case, workflow: Workflow, effect: Effect, actor: Actor, reason: str) -> None:
    clocks.pause(case, _clock(workflow, effect.what), reason, actor)
    case.save(update_fields=["due_at"])


def _resume(case: Case, workflow: Workflow, effect: Effect, actor: Actor, reason: str) -> None:
    clocks.resume(case, _clock(workflow, effect.what), actor)
    case.save(update_fields=["due_at"])


def _clock(workflow: Workflow, key: str) -> Clock:
    return next(declared for declared in workflow.clocks if declared.key == key)


_DOING: dict[str, Callable[[Case, Workflow, Effect, Actor, str], None]] = {
    "notify": _notify,
    "open_child": _open_child,
    "publish": _publish,
    "suspend": _suspend,
    "resume": _resume,
}
