"""The pages of a case: drawn from the declaration of its kind."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.ids import uuid7
from linli.base.refusal import NotFound, NotYours, Refusal
from linli.cases.act import open_case
from linli.cases.declarations import CaseKind, Subject
from linli.cases.faces import attach_clocks, first_clock
from linli.cases.forms import OpenForm
from linli.cases.lawful import post_label
from linli.cases.models import Case
from linli.cases.page_facts import detail_facts, page_facts, visible_case
from linli.cases.path import path_of
from linli.cases.registry import kinds
from linli.cases.steps import steps
from linli.cases.telling import tell
from linli.cases.workflows import kind_label, workflow_of

PANES = ("top", "acts", "evidence", "tasks", "entries")


def actor_of(request: HttpRequest) -> Actor:
    """The actor on duty of a page request (the guard has let him in)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /cases/<id>/`: the page of one case."""
    found = visible_case(pk, actor_of(request))
    facts = page_facts(found, actor_of(request), everything=request.GET.get("all") == "1")
    return render(request, "cases/case.html", facts)


def pane(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """`GET /cases/<id>/pane/<name>`: one part of the page, for the live page."""
    if name not in PANES:
        raise NotFound()
    found = visible_case(pk, actor_of(request))
    return render(request, f"cases/parts/{name}.html", page_facts(found, actor_of(request)))


def by_number(request: HttpRequest, number: str) -> HttpResponse:
    """`GET /cases/number/<number>`: to the page of the case with this number."""
    found = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound()
    return HttpResponseRedirect(reverse("cases:case", args=[found]))


def peek(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /cases/<id>/peek`: the pane beside the list: first clock, facts, the last entries, the next step."""
    actor = actor_of(request)
    found = visible_case(pk, actor)
    workflow = workflow_of(found)
    attach_clocks([found])
    entries = list(found.timeline.order_by("-at", "-id")[:5])
    facts = {
        "case": found,
        "kind_label": kind_label(found),
        "state": workflow.state(found.state),
        "face": first_clock(found),
        "facts": detail_facts(found),
        "told": tell(found, workflow, entries),
        "next": next((step for step in steps(found, actor) if step.primary), None) if found.kind_id in kinds else None,
    }
    return render(request, "cases/peek.html", facts)


def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /cases/<id>/print`: the whole case on paper."""
    found = visible_case(pk, actor_of(request))
    workflow = workflow_of(found)
    entries = list(found.timeline.all())
    facts = {
        "case": found,
        "kind_label": kind_label(found),
        "state": workflow.state(found.state),
        "path": path_of(found, workflow, entries, list(found.clocks.all())),
        "facts": detail_facts(found),
        "told": tell(found, workflow, entries),
        "evidence": list(found.evidence.select_related("file").order_by("added_at")),
        "printed_at": clock.now(),
        "back": reverse("cases:case", args=[pk]),
    }
    return render(request, "cases/print.html", facts)


def new(request: HttpRequest, kind_key: str) -> HttpResponse:
    """`GET, POST /cases/new/<kind>`: open a case by hand."""
    actor, kind = actor_of(request), kinds.get(kind_key)
    if kind is None:
        raise NotFound()
    if actor.post not in kind.open_posts:
        raise NotYours(posts=", ".join(str(post_label(post)) for post in kind.open_posts) or _("the house itself"))
    form = OpenForm(kind, actor, request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _open(kind, form, actor, request)
            return HttpResponseRedirect(reverse("cases:case", args=[made.pk]), status=303)
        except Refusal as no:
            refusal = no
    facts = {"kind": kind, "form": form, "refusal": refusal, "key": request.POST.get("key") or uuid7().hex}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "cases/open.html", facts, status=status)


def _open(kind: CaseKind, form: OpenForm, actor: Actor, request: HttpRequest) -> Case:
    given = form.cleaned_data
    subject = Subject(
        title=given["title"],
        area_path=given["area_path"],
        address=given["address"],
        lng=given["lng"],
        lat=given["lat"],
        priority=given["priority"],
        responsible=actor.body,
    )
    key, mask = request.POST.get("key") or None, request.POST.get("mask") == "1"
    return open_case(kind.key, subject, form.detail(), actor, key=key, mask=mask).case
