"""What is sent from the page of a case. A refusal brings the page back with everything typed and the sentence beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from linli.base import clock
from linli.base.refusal import NotFound, Refusal
from linli.cases import lawful, noting, tasks, transfers
from linli.cases.act import act
from linli.cases.clock_acts import extend_clock, resume_clock, suspend_clock
from linli.cases.editing import edit
from linli.cases.evidence import ADDED, attach
from linli.cases.forms import EditForm, EvidenceForm, StepForm, TaskForm, TransferForm
from linli.cases.models import Case, Task
from linli.cases.page_facts import Sent, page_facts, visible_case
from linli.cases.pages import actor_of
from linli.cases.readers import readers
from linli.cases.refusals import NotADay, UnknownKind
from linli.cases.registry import kinds
from linli.cases.steps import Step, steps
from linli.cases.workflows import workflow_of

Work = Callable[[Case, dict[str, Any]], Any]


def _answer(request: HttpRequest, pk: UUID, where: str, form: Any, work: Work) -> HttpResponse:
    """Do `work` with the case and the sender's key and mask, and go back to the page; a refusal shows it again."""
    found = visible_case(pk, actor_of(request))
    refusal: Refusal | None = None
    if form is None or form.is_valid():
        try:
            with transaction.atomic():
                work(found, {"key": request.POST.get("key") or None, "mask": request.POST.get("mask") == "1"})
            return HttpResponseRedirect(reverse("cases:case", args=[pk]), status=303)
        except Refusal as no:
            refusal = no
    again = visible_case(pk, actor_of(request))
    sent = Sent(where, request.POST, refusal, request.FILES or None)
    facts = page_facts(again, actor_of(request), sent)
    return render(request, "cases/case.html", facts, status=refusal.status if refusal else 422)


@require_POST
def step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/acts`: make a step of the workflow; `transition`, `version`, `key` and what it asks for."""
    found, key = visible_case(pk, actor_of(request)), request.POST.get("transition", "")
    form = StepForm(found, _step_of(found, key, request), request.POST)
    version = request.POST.get("version", "")

    def work(_case: Case, more: dict[str, Any]) -> None:
        act(pk, key, actor_of(request), form.answers(), version=int(version) if version.isdigit() else None, **more)

    return _answer(request, pk, f"act.{key}", form, work)


def _step_of(found: Case, key: str, request: HttpRequest) -> Step:
    """The step as the page shows it; one that is no more possible is asked for all the same, so that `act` says why."""
    for item in steps(found, actor_of(request)):
        if item.transition.key == key:
            return item
    return Step(lawful.transition_of(workflow_of(found), key), None, ())


@require_POST
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/agree`: agree to `transition` as the second person."""
    key = request.POST.get("transition", "")

    def work(_case: Case, more: dict[str, Any]) -> None:
        noting.agree(pk, key, actor_of(request), key=more["key"])

    return _answer(request, pk, f"act.{key}", None, work)


@require_POST
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/notes`: a remark on the timeline."""
    text = request.POST.get("text", "").strip()

    def work(_case: Case, more: dict[str, Any]) -> None:
        if text:
            noting.note(pk, "note", text, actor_of(request), **more)

    return _answer(request, pk, "note", None, work)


@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/edit`: change fields; only those that differ from what was shown."""
    form = EditForm(visible_case(pk, actor_of(request)), request.POST)
    seen = request.POST.get("version", "")

    def work(_case: Case, more: dict[str, Any]) -> None:
        changes = form.changes()
        edit(pk, changes, dict.fromkeys(changes, int(seen) if seen.isdigit() else 0), actor_of(request), **more)

    return _answer(request, pk, "edit", form, work)


@require_POST
def add_evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/evidence`: a file."""
    found = visible_case(pk, actor_of(request))
    form = EvidenceForm(found, steps(found, actor_of(request)), request.POST, request.FILES)

    def work(_case: Case, more: dict[str, Any]) -> None:
        given = form.cleaned_data
        need = given.get("need", "")
        attach(pk, given["file"], given["kind"], actor_of(request), title=given["title"], need=need, **more)

    return _answer(request, pk, ADDED, form, work)


@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/tasks`: ask a post to do something."""
    kind = kinds.get(visible_case(pk, actor_of(request)).kind_id)
    if kind is None:
        raise UnknownKind(kind="")
    form = TaskForm(readers(kind), request.POST)

    def work(_case: Case, more: dict[str, Any]) -> None:
        tasks.add_task(pk, form.cleaned_data["title"], form.cleaned_data["post"], actor_of(request), **more)

    return _answer(request, pk, "tasks", form, work)


@require_POST
def task_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/tasks/<id>/done`."""
    found = Task.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound()

    def work(_case: Case, more: dict[str, Any]) -> None:
        tasks.done(pk, actor_of(request), key=more["key"])

    return _answer(request, found.case_id, f"task.{pk}", None, work)


@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/transfer`: offer the case to another body."""
    form = TransferForm(visible_case(pk, actor_of(request)), request.POST)
    version = request.POST.get("version", "")

    def work(_case: Case, more: dict[str, Any]) -> None:
        given = form.cleaned_data
        seen = int(version) if version.isdigit() else None
        transfers.transfer(pk, given["to"].pk, given["reason"], actor_of(request), version=seen, **more)

    return _answer(request, pk, "transfer", form, work)


@require_POST
def answer_transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/transfer/answer`: `do` is accept or return (with a `reason`)."""

    def work(_case: Case, more: dict[str, Any]) -> None:
        if request.POST.get("do") == "return":
            transfers.return_transfer(pk, request.POST.get("reason", ""), actor_of(request), **more)
        else:
            transfers.accept_transfer(pk, actor_of(request), key=more["key"])

    return _answer(request, pk, "transfer.answer", None, work)


@require_POST
def clock_act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /cases/<id>/clocks`: `do` is suspend (with a `ground`), resume, or extend (`until` a local day, a `ground`)."""
    clock_key, do, ground = (request.POST.get(name, "") for name in ("clock", "do", "ground"))

    def work(_case: Case, more: dict[str, Any]) -> None:
        if do == "resume":
            resume_clock(pk, clock_key, actor_of(request), key=more["key"])
        elif do == "extend":
            extend_clock(pk, clock_key, _end_of(request.POST.get("until", "")), ground, actor_of(request), **more)
        else:
            suspend_clock(pk, clock_key, ground, actor_of(request), **more)

    return _answer(request, pk, f"clock.{clock_key}", None, work)


def _end_of(day: str) -> datetime:
    """24:00 local of a day written 2026-05-20. NotADay when it is none."""
    try:
        last = date.fromisoformat(day)
    except ValueError:
        raise NotADay(day=day) from None
    return datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=clock.LOCAL)
