"""The two ways in which people are moved: a unit is offered a case, and a step is said for it.

Each writes the assignment, the case's timeline, what follows in the case's own workflow, and the outbox, in one
transaction. A workflow takes part by naming its transitions `unit_offered`, `unit_acknowledged`, `unit_en_route`,
`unit_on_scene` (each made by the first unit that gets so far), `unit_clear` (the last unit is done) or
`unit_withdrawn` (nobody is on the way any more), for the post `system` and without needs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.accounts.actor import SYSTEM, Actor
from linli.base import clock, outbox
from linli.cases import act as cases
from linli.cases.involving import involve
from linli.cases.models import Case
from linli.cases.timeline import repeated
from linli.cases.workflows import workflow_of
from linli.response import crew
from linli.response.crew import hold
from linli.response.models import ENDED, OPEN, Assignment, Own, Stage, Unit
from linli.response.refusals import (
    AssignmentStale,
    CaseIsClosed,
    NotSent,
    ReasonMissing,
    StepNotNow,
    UnitTaken,
    UnknownStep,
)
from linli.response.status import UnitState, state_of
from linli.response.travel import estimates

# From which stages each step follows. Who drives off has acknowledged; who stands there need not have said so.
FOLLOWS: dict[Stage, tuple[Stage, ...]] = {
    Stage.ACKNOWLEDGED: (Stage.OFFERED,),
    Stage.EN_ROUTE: (Stage.OFFERED, Stage.ACKNOWLEDGED),
    Stage.ON_SCENE: (Stage.OFFERED, Stage.ACKNOWLEDGED, Stage.EN_ROUTE),
    Stage.CLEAR: (Stage.ON_SCENE,),
    Stage.REFUSED: (Stage.OFFERED, Stage.ACKNOWLEDGED),
    Stage.WITHDRAWN: (Stage.OFFERED, Stage.ACKNOWLEDGED, Stage.EN_ROUTE, Stage.ON_SCENE),
}
WANTS_REASON = (Stage.REFUSED, Stage.WITHDRAWN)


@transaction.atomic
def offer(case_id: Any, unit_id: Any, actor: Actor, *, reason: str = "", key: str | None = None) -> Assignment:
    """Send a unit to a case; its body sees the case from now on.

    `reason`: why this one, where it was not the recommended. A repeated `key` gives back the first assignment.
    Raises NotFound (case or unit not there for the actor), UnitTaken, CaseIsClosed, PersonalNumbers, KeyUsed.
    """
    with hold(unit_id, actor) as unit:
        if known := repeated(key, UUID(str(case_id)), f"unit.{Stage.OFFERED}"):
            return Assignment.objects.get(pk=known.data["assignment"])
        state = state_of(unit)
        if not state.free:
            raise UnitTaken(call_sign=unit.call_sign, status=state.label)
        assignment = Assignment(case_id=case_id, unit=unit, offered_at=clock.now(), reason=reason)
        # The case is locked by its line before the row that refers to it: two offers would wait for each other.
        case = _tell(assignment, Stage.OFFERED, actor, reason, assignment.offered_at, key)
        if case.closed_at:
            raise CaseIsClosed(number=case.number)
        _expect(assignment, case, state)
        assignment.save(force_insert=True)
        involve(case.pk, unit.body_id)
        _follow(case, Stage.OFFERED, assignment.offered_at)
        announce(unit, assignment)
    return assignment


@transaction.atomic
def move(
    target: Assignment | Unit,
    step: str,
    actor: Actor,
    *,
    reason: str = "",
    occurred_at: datetime | None = None,
    key: str | None = None,
    version: int | None = None,
) -> Assignment | Unit:
    """Say one step: of an assignment (a Stage), or of a unit (an Own, or a Stage of its open assignment).

    `occurred_at` when it happened earlier (a phone was offline); a time before an earlier step's is kept and
    flagged. `version` is the one of the assignment the actor saw; a repeated `key` changes nothing. Gives back
    the target as it is now. Raises NotFound, UnknownStep, NotSent, StepNotNow, ReasonMissing, AssignmentStale,
    ClearFirst, PersonalNumbers, KeyUsed.
    """
    unit_id = target.unit_id if isinstance(target, Assignment) else target.pk
    with hold(unit_id, actor) as unit:
        if isinstance(target, Unit) and step in Own.values:
            return crew.say(unit, Own(step), actor, reason, occurred_at, key)
        if step not in FOLLOWS:
            steps = ", ".join([*FOLLOWS, *(Own.values if isinstance(target, Unit) else ())])
            raise UnknownStep(step=step, steps=steps)
        stage = Stage(step)
        assignment = _current(target, unit, stage, key)
        if not repeated(key, assignment.case_id, f"unit.{stage}"):
            _check(assignment, unit, stage, reason, version)
            _step(assignment, unit, stage, actor, reason, occurred_at, key)
    return assignment


def _current(target: Assignment | Unit, unit: Unit, stage: Stage, key: str | None) -> Assignment:
    """The assignment that is meant, locked: the target itself, what the key was used for, or the unit's open one."""
    rows = Assignment.objects.select_for_update()
    if isinstance(target, Assignment):
        return rows.get(pk=target.pk)
    if known := repeated(key, what=f"unit.{stage}"):
        return rows.get(pk=known.data["assignment"])
    assignment = rows.filter(OPEN, unit=unit).first()
    if assignment is None:
        statuses = ", ".join(str(own.label) for own in Own)
        raise NotSent(call_sign=unit.call_sign, step=stage.label, statuses=statuses)
    return assignment


def _check(assignment: Assignment, unit: Unit, stage: Stage, reason: str, version: int | None) -> None:
    now_at = assignment.stage
    if version is not None and version != assignment.version:
        raise AssignmentStale(call_sign=unit.call_sign, seen=version, version=assignment.version, stage=now_at.label)
    if now_at not in FOLLOWS[stage]:
        sources = ", ".join(str(source.label) for source in FOLLOWS[stage])
        raise StepNotNow(call_sign=unit.call_sign, stage=now_at.label, step=stage.label, sources=sources)
    if stage in WANTS_REASON and not reason.strip():
        raise ReasonMissing(call_sign=unit.call_sign, step=stage.label)


def _step(
    assignment: Assignment,
    unit: Unit,
    stage: Stage,
    actor: Actor,
    reason: str,
    occurred_at: datetime | None,
    key: str | None,
) -> None:
    # A sender's clock that runs ahead is not believed.
    moment = min(occurred_at or clock.now(), clock.now())
    case = _tell(assignment, stage, actor, reason, moment, key)
    setattr(assignment, f"{stage}_at", moment)
    if stage in (Stage.EN_ROUTE, Stage.ON_SCENE):
        assignment.acknowledged_at = assignment.acknowledged_at or moment
    assignment.reason = reason or assignment.reason
    assignment.version += 1
    assignment.save()
    if stage == Stage.CLEAR:
        crew.back_on_patrol(unit, actor, moment)
    _follow(case, stage, moment)
    announce(unit, assignment)


def _tell(assignment: Assignment, stage: Stage, actor: Actor, reason: str, moment: datetime, key: str | None) -> Case:
    """Write the step on the case's timeline; the case, locked. NotFound when the actor does not see it."""
    data = {
        "assignment": str(assignment.pk),
        "unit": str(assignment.unit_id),
        "call_sign": assignment.unit.call_sign,
        "stage": stage.value,
    }
    line = cases.note(assignment.case_id, f"unit.{stage}", reason, actor, data=data, occurred_at=moment, key=key)
    return line.case


def _expect(assignment: Assignment, case: Case, state: UnitState) -> None:
    """Keep the driving time that was expected when the unit was sent, so that it can be held against the real one."""
    if case.lng is None or case.lat is None:
        return
    (estimate,) = estimates([state], case.lng, case.lat)
    if estimate:
        assignment.expected_seconds, assignment.sketch = round(estimate.seconds), estimate.sketch


def _follow(case: Case, stage: Stage, moment: datetime) -> None:
    """Make the step of the case's own workflow that follows from this one, if it names one for where it stands."""
    others = Assignment.objects.filter(OPEN, case=case)
    if stage in ENDED:
        if others.exists():
            return
        stage = Stage.CLEAR if stage == Stage.CLEAR else Stage.WITHDRAWN
    for transition in workflow_of(case).transitions:
        lawful = case.state in transition.sources and "system" in transition.posts and not transition.needs
        if transition.key == f"unit_{stage}" and lawful:
            cases.act(case.pk, transition.key, SYSTEM, occurred_at=moment)
            return


def announce(unit: Unit, assignment: Assignment) -> None:
    """Tell the open pages, after commit."""
    payload = {
        "id": str(unit.pk),
        "call_sign": unit.call_sign,
        "stage": assignment.stage.value,
        "case": str(assignment.case_id),
        "assignment": str(assignment.pk),
    }
    outbox.emit("unit.moved", payload, unit.area_path, [unit.body_id])
