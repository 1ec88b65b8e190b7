"""The case pane of the desk: what is to be done next, whom to send, what has happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from linli.accounts.actor import Actor
from linli.base.ids import uuid7
from linli.base.refusal import NotFound, Refusal
from linli.cases import act as cases
from linli.cases.faces import attach_clocks
from linli.cases.forms import StepForm
from linli.cases.models import Case
from linli.cases.readers import check_reader
from linli.cases.registry import kinds
from linli.cases.steps import steps
from linli.cases.telling import tell
from linli.cases.workflows import workflow_of
from linli.desk import units
from linli.registers.contacts import contacts_of
from linli.response.moves import offer

TIMELINE = 30
Bound = tuple[str, StepForm]


def pane(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /desk/cases/ID`: the pane."""
    return _drawn(request, pk)


@require_POST
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /desk/cases/ID/act`: one step of the case's workflow; the pane as it is then, or why not."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted, version, key = (request.POST.get(name, "") for name in ("step", "version", "key"))
    case = _case(pk, actor)
    step = next((step for step in steps(case, actor) if step.transition.key == wanted), None)
    form = StepForm(case, step, request.POST) if step else None
    if form is not None and not form.is_valid():
        return _drawn(request, pk, bound=(wanted, form))
    answers = form.answers() if form else {}
    seen = int(version) if version.isdigit() else None
    return _tried(request, pk, lambda who: cases.act(pk, wanted, who, answers, version=seen, key=key or None))


@require_POST
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /desk/cases/ID/note`: a remark on the timeline."""
    text, key, mask = request.POST.get("text", ""), request.POST.get("key") or None, request.POST.get("mask") == "1"
    return _tried(request, pk, lambda actor: cases.note(pk, "note", text, actor, key=key, mask=mask))


@require_POST
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /desk/cases/ID/send`: offer the case to the chosen units."""

    def offered(actor: Actor) -> None:
        for unit in request.POST.getlist("unit"):
            offer(pk, unit, actor, key=f"{request.POST.get('key', '')}/{unit}"[:80])

    return _tried(request, pk, offered)


@require_POST
def move(request: HttpRequest, pk: UUID, assignment: UUID) -> HttpResponse:
    """`POST /desk/cases/ID/units/ASSIGNMENT`: say a step of a unit that was sent."""
    stage, reason, key = (request.POST.get(name, "") for name in ("stage", "reason", "key"))
    return _tried(request, pk, lambda actor: units.step(assignment, stage, actor, reason, key or None))


def _tried(request: HttpRequest, pk: UUID, change: Callable[[Actor], Any]) -> HttpResponse:
    """Make the change and draw the pane; a refusal is drawn in it and what was typed stays."""
    try:
        with transaction.atomic():
            change(request.actor)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return _drawn(request, pk, refusal)
    return _drawn(request, pk)


def _case(pk: UUID, actor: Actor) -> Case:
    """The case, if the actor sees it and his post reads it. Raises NotFound, NotYours."""
    case = Case.objects.select_related("responsible", "organisation", "asset", "premises").filter(pk=pk).first()
    if case is None:
        raise NotFound()
    check_reader(case, actor)
    return case


def _drawn(request: HttpRequest, pk: UUID, refusal: Refusal | None = None, bound: Bound | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = _case(pk, actor)
    attach_clocks([case])
    workflow, kind = workflow_of(case), kinds.get(case.kind_id)
    sending = bool(kind and kind.moves_people and not case.closed_at)
    listed = steps(case, actor)
    key, form = bound or ("", None)
    forms = [
        (step, form if step.transition.key == key and form else StepForm(case, step)) for step in listed if step.allowed
    ]
    entries = list(case.timeline.order_by("-at", "-id")[:TIMELINE])
    context = {
        "case": case, "kind": kind, "state": workflow.state(case.state), "faces": case.clock_faces,  # type: ignore[attr-defined]
        "steps": forms, "locked": [step for step in listed if not step.allowed], "bound": key, "contacts": contacts_of(case.asset, case.premises) if not case.closed_at else [],
        "has_primary": any(step.primary for step in listed),
        "told": tell(case, workflow, entries), "sent": units.sent(case), "refusal": refusal,
        "options": units.options(case, actor) if sending else None, "typed": request.POST if refusal else None,
        "fresh_key": str(uuid7()),
    }  # fmt: skip
    return render(request, "desk/parts/incident.html", context)
