"""Handing a case to another body, taking it, giving it back; and letting further bodies see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.base import clock
from linli.base.refusal import NotFound
from linli.cases import lawful, texts, timeline
from linli.cases.act import fresh
from linli.cases.locking import announce, locked
from linli.cases.models import Case
from linli.cases.refusals import Closed, NoTransfer, ThirdReturn
from linli.cases.registry import kinds
from linli.cases.workflows import workflow_of

RETURNS = 2


def assign_body(case_id: Any, body_id: UUID, actor: Actor, *, key: str | None = None) -> Case:
    """Let `body_id` see and work beside the responsible body (a guard company, 110). It stays visible to it.

    Raises NotFound, NotWorking, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "body.assigned") or body_id in case.bodies:
            return case
        lawful.check_working(case, workflow_of(case), actor)
        body = _body(body_id)
        case.bodies = [*case.bodies, body.pk]
        _write(case, "body.assigned", actor, {"body": str(body.pk), "name": body.name}, key=key)
    return case


def transfer(
    case_id: Any,
    to: UUID,
    reason: str,
    actor: Actor,
    *,
    version: int | None = None,
    key: str | None = None,
    mask: bool = False,
) -> Case:
    """Offer the case to another body; until it accepts, the old one stays responsible. Both see it.

    Raises NotFound, Stale, NotWorking, Closed, ReasonMissing, PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "transfer.offered"):
            return case
        fresh(case, workflow_of(case), version)
        _open(case)
        lawful.check_working(case, workflow_of(case), actor)
        said, body = texts.reason(reason, actor, mask), _body(to)
        case.transfer = {
            "to": str(body.pk),
            "from": str(case.responsible_id or ""),
            "by": actor.name,
            "at": clock.now().isoformat(),
            "reason": said,
        }
        case.bodies = list(dict.fromkeys([*case.bodies, body.pk]))
        case.version += 1
        _write(case, "transfer.offered", actor, {"to": str(body.pk), "name": body.name}, said, key)
    return case


def accept_transfer(case_id: Any, actor: Actor, *, key: str | None = None) -> Case:
    """Take the case: the actor's body is responsible from now on. Raises NotFound, NoTransfer, KeyUsed."""
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "transfer.accepted"):
            return case
        body = _body(_offered_to(case, actor))
        _make_responsible(case, body)
        _write(case, "transfer.accepted", actor, {"body": str(body.pk), "name": body.name}, key=key)
    return case


def return_transfer(case_id: Any, reason: str, actor: Actor, *, key: str | None = None, mask: bool = False) -> Case:
    """Give an offered case back, with a reason. The kind says how often (`returns`, two if it says nothing).

    Raises NotFound, NoTransfer, ReasonMissing, ThirdReturn (the coordinator must decide), PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "transfer.returned"):
            return case
        body = _body(_offered_to(case, actor))
        said = texts.reason(reason, actor, mask)
        if case.returns >= _returns(case):
            raise ThirdReturn(returns=case.returns)
        case.transfer = None
        case.returns += 1
        case.version += 1
        data = {"body": str(body.pk), "name": body.name, "returns": case.returns}
        _write(case, "transfer.returned", actor, data, said, key)
    return case


def decide_responsible(
    case_id: Any, body_id: UUID, reason: str, coordinator: Actor, *, key: str | None = None, mask: bool = False
) -> Case:
    """The coordinator, who stands above the responsible body, says who works on it. No return from there.

    Raises NotFound, NotAbove, ReasonMissing, Closed, PersonalNumbers, KeyUsed.
    """
    with locked(case_id, coordinator) as case:
        if timeline.repeated(key, case.pk, "transfer.decided"):
            return case
        _open(case)
        lawful.check_superior(case, coordinator)
        said, body = texts.reason(reason, coordinator, mask), _body(body_id)
        _make_responsible(case, body)
        _write(case, "transfer.decided", coordinator, {"body": str(body.pk), "name": body.name}, said, key)
    return case


def _make_responsible(case: Case, body: Body) -> None:
    case.responsible_id = body.pk
    case.bodies = list(dict.fromkeys([body.pk, *case.bodies]))
    case.transfer = None
    case.version += 1


def _write(case: Case, what: str, actor: Actor, data: dict[str, Any], text: str = "", key: str | None = None) -> None:
    case.save()
    timeline.add(case, what, actor, text=text, data=data, key=key)
    announce(case, "case.changed", what)


def _offered_to(case: Case, actor: Actor) -> UUID:
    offered = UUID(case.transfer["to"]) if case.transfer else None
    if offered is None or (actor.post != "system" and offered not in actor.bodies):
        raise NoTransfer(number=case.number)
    return offered


def _body(body_id: UUID) -> Body:
    body = Body.objects.filter(pk=body_id, ends_on__isnull=True).first()
    if body is None:
        raise NotFound()
    return body


def _open(case: Case) -> None:
    if case.closed_at:
        raise Closed(number=case.number)


def _returns(case: Case) -> int:
    kind = kinds.get(case.kind_id)
    return kind.returns if kind else RETURNS
