"""`/api/v1/units`: units with their derived status, and where they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from linli.accounts.api import operation
from linli.accounts.guard import ANY_POST
from linli.base.refusal import NotFound
from linli.response.crew import report_position
from linli.response.models import Assignment, Fix, Unit
from linli.response.moves import move
from linli.response.status import board

router = Router(tags=["response"])
SENDERS = ("duty_operator", "shift_leader", "guard", "technician", "police_110", "fire_119")


class UnitOut(Schema):
    """A unit as it stands; `status` follows from its assignments."""

    id: str
    call_sign: str
    kind: str
    status: str
    label: str
    code: int | None
    case: str | None
    assignment: str | None
    lng: float | None
    lat: float | None
    position_age_s: int | None
    stale: bool


class Position(Schema):
    """Where a unit was, and when (default now). GCJ-02 and BD-09 are converted and said."""

    lng: float
    lat: float
    at: datetime | None = None
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"


class Step(Schema):
    """A step of an assignment: acknowledged, en_route, on_scene, clear, refused, withdrawn."""

    stage: str
    reason: str = ""
    key: str | None = None
    version: int | None = None
    occurred_at: datetime | None = None


class Told(Schema):
    """False when a newer position was known already."""

    taken: bool


@router.get("/units", response=list[UnitOut], summary="Units you see")
@operation(posts=ANY_POST)
def units(request: HttpRequest) -> list[dict[str, Any]]:
    """Every unit in use, with its derived status."""
    return [state.as_dict() for state in board(request.actor)]  # type: ignore[attr-defined]


@router.post("/units/{call_sign}/position", response=Told, summary="Where a unit is")
@operation(posts=SENDERS)
def position(request: HttpRequest, call_sign: str, where: Position) -> dict[str, bool]:
    """Note a position sent by the unit's device. Raises NotFound, PointOutOfRange."""
    unit = Unit.objects.filter(call_sign=call_sign).first()
    if unit is None:
        raise NotFound()
    taken = report_position(
        unit.pk,
        where.lng,
        where.lat,
        request.actor,  # type: ignore[attr-defined]
        at=where.at,
        by=Fix.HTTP,
        datum=where.datum,
    )
    return {"taken": taken}


@router.post("/assignments/{assignment_id}/steps", response=UnitOut, summary="Say a step of an assignment")
@operation(posts=SENDERS)
def step(request: HttpRequest, assignment_id: str, said: Step) -> dict[str, Any]:
    """As the crew or the desk says it; a repeated key changes nothing. Raises what `response.move` raises."""
    actor = request.actor  # type: ignore[attr-defined]
    assignment = Assignment.objects.select_related("unit").filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound()
    move(
        assignment,
        said.stage,
        actor,
        reason=said.reason,
        occurred_at=said.occurred_at,
        key=said.key,
        version=said.version,
    )
    return next(state.as_dict() for state in board(actor) if state.unit.pk == assignment.unit_id)
