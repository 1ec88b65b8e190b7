"""Cases over HTTP: the list with the filters of its page, one case, and its acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from linli.accounts.actor import Actor
from linli.accounts.api import operation
from linli.accounts.guard import ANY_POST
from linli.base.refusal import NotFound
from linli.cases import clocks
from linli.cases.act import act
from linli.cases.details import detail_of, field_names, plain
from linli.cases.lists import EVERY, list_spec
from linli.cases.models import Case
from linli.cases.page_facts import visible_case
from linli.cases.registry import kinds
from linli.cases.steps import steps
from linli.cases.telling import tell
from linli.cases.workflows import kind_label, workflow_of
from linli.ui import list_api

router = Router(tags=["cases"])


class ClockOut(Schema):
    """One clock: when it is due, how that was counted, how it ended."""

    key: str
    label: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None
    provisional: bool
    explanation: list[str]


class StepOut(Schema):
    """A step out of the state: may the caller make it, and if not, what is missing."""

    key: str
    label: str
    target: str
    allowed: bool
    primary: bool
    reason: str
    clause: str


class LineOut(Schema):
    """One entry of the timeline, in words and as it was kept."""

    at: datetime
    what: str
    sentence: str
    text: str
    by: str
    data: dict[str, Any]


class CaseOut(Schema):
    """One case with everything its page shows."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    title: str
    state: str
    state_label: str
    priority: int
    area_path: str
    address: str
    lng: float | None
    lat: float | None
    responsible: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    signals: int
    version: int
    is_test: bool
    detail: dict[str, Any]
    clocks: list[ClockOut]
    steps: list[StepOut]
    timeline: list[LineOut]


class ActIn(Schema):
    """A step to be made. `version`: the one the sender saw; `key`: his own, so that a repeat is made once."""

    transition: str
    answers: dict[str, Any] = {}
    version: int | None = None
    key: str | None = None
    mask: bool = False
    occurred_at: datetime | None = None


class ActOut(Schema):
    """What the case is after the step."""

    number: str
    state: str
    version: int
    closed_at: datetime | None


class Asked(Schema):
    """Which list; its filters (those of the page), `order`, `after` and `limit` stand beside it in the address."""

    kind: str


@router.get("/cases", summary="Cases of one kind", url_name="cases")
@operation(posts=ANY_POST)
def cases(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """One page of the list of `kind` (`cases.all` mixes them): {items, next, dropped}; `after=<next>` goes on."""
    kind = kinds.get(asked.kind)
    if kind is None and asked.kind != EVERY.key:
        raise NotFound()
    query = request.GET.copy()
    if kind:
        query.pop("kind")
    return list_api.read(list_spec(kind) if kind else EVERY, _actor(request), query)


@router.get("/cases/{str:number}", response=CaseOut, summary="One case by its number", url_name="case")
@operation(posts=ANY_POST)
def case(request: HttpRequest, number: str) -> dict[str, Any]:
    """The case with detail, clocks and their arithmetic, possible steps, and the last 200 entries of its timeline."""
    found = _by_number(request, number)
    workflow = workflow_of(found)
    entries = list(found.timeline.order_by("-at", "-id")[:200])
    common = {name: getattr(found, name) for name in _PLAIN}
    return {
        **common,
        "kind": found.kind_id,
        "kind_label": kind_label(found),
        "state_label": str(workflow.state(found.state).label),
        "responsible": found.responsible.name if found.responsible else "",
        "detail": _detail(found),
        "clocks": [_clock(row, workflow) for row in found.clocks.all()],
        "steps": [_step(step) for step in steps(found, _actor(request))] if found.kind_id in kinds else [],
        "timeline": [
            {name: getattr(told, name) for name in ("at", "sentence", "text", "by")}
            | {"what": told.entry.what, "data": told.entry.data}
            for told in tell(found, workflow, entries)
        ],
    }


@router.post("/cases/{str:number}/acts", response=ActOut, summary="Make a step", url_name="case-acts")
@operation(posts=ANY_POST)
def make_act(request: HttpRequest, number: str, sent: ActIn) -> Case:
    """Make one step of the case's workflow. 409 with both versions when it moved on; 422 names what is missing."""
    found = _by_number(request, number)
    more = {"version": sent.version, "key": sent.key, "mask": sent.mask, "occurred_at": sent.occurred_at}
    return act(found.pk, sent.transition, _actor(request), sent.answers, **more)  # type: ignore[arg-type]


_PLAIN = (
    "id",
    "number",
    "title",
    "state",
    "priority",
    "area_path",
    "address",
    "lng",
    "lat",
    "opened_at",
    "due_at",
    "closed_at",
    "outcome",
    "signals",
    "version",
    "is_test",
)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _by_number(request: HttpRequest, number: str) -> Case:
    pk = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    return visible_case(pk, _actor(request))


def _detail(found: Case) -> dict[str, Any]:
    kind, row = kinds.get(found.kind_id), detail_of(found)
    return {name: plain(getattr(row, name)) for name in field_names(kind)} if kind and row else {}


def _clock(row: Any, workflow: Any) -> dict[str, Any]:
    declared = clocks.declared_clock(workflow, row.key)
    kept = ("key", "started_at", "due_at", "stopped_at", "paused_at", "provisional")
    said = {"label": clocks.label(declared) if declared else row.key, "explanation": clocks.explain(row, declared)}
    return {name: getattr(row, name) for name in kept} | said


def _step(step: Any) -> dict[str, Any]:
    transition = step.transition
    return {
        "key": transition.key,
        "label": str(transition.label),
        "target": transition.target,
        "allowed": step.allowed,
        "primary": step.primary,
        "reason": step.reason,
        "clause": transition.clause,
    }
