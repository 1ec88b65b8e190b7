"""Pages of own warnings: draft, look, release or drop; change and lift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.accounts.actor import Actor
from linli.base.refusal import NotFound, Refusal
from linli.signals.gateways.cap import colours
from linli.warnings import issuing, register
from linli.warnings.forms import DropForm, LiftForm, WarningForm
from linli.warnings.lists import RELEASERS
from linli.warnings.models import Issue, Warning


def draft(request: HttpRequest) -> HttpResponse:
    """`/warnings/new`: the form of a new warning."""
    form = WarningForm(request.POST or None, actor=_actor(request))
    return _drafted(request, form, Issue.Act.ALERT, None, _("New warning"))


def change(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """`/warnings/ID/Update` and `/warnings/ID/Cancel`: change or lift a warning of ours."""
    warning = Warning.objects.filter(pk=pk).first()
    if warning is None or act not in (Issue.Act.UPDATE, Issue.Act.CANCEL):
        raise NotFound()
    before = issuing.released_of(warning)
    said = before[-1].said if before else {}
    if act == Issue.Act.UPDATE:
        form: Any = WarningForm(request.POST or None, actor=_actor(request), initial=_initial(said))
        return _drafted(request, form, Issue.Act.UPDATE, warning, _("Change the warning"))
    lifting = LiftForm(
        request.POST or None, initial={"headline": _("Lifted: {headline}").format(headline=said.get("headline", ""))}
    )
    return _drafted(request, lifting, Issue.Act.CANCEL, warning, _("Lift the warning"))


def _drafted(request: HttpRequest, form: Any, act: Issue.Act, warning: Warning | None, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            issue = issuing.draft(dict(form.cleaned_data), _actor(request), act, warning)
        except Refusal as refusal:
            form.add_error(None, refusal.text())
        else:
            return HttpResponseRedirect(reverse("warnings:issue", args=[issue.pk]))
    status = 422 if form.errors else 200
    return render(request, "warnings/draft.html", {"form": form, "title": title}, status=status)


def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`/warnings/issues/ID/`: the draft as it will be read, and who may decide."""
    return _page(request, _get(pk), DropForm())


def _page(request: HttpRequest, row: Issue, form: DropForm, status: int = 200) -> HttpResponse:
    actor = _actor(request)
    said = row.said
    context = {
        "issue": row,
        "said": said,
        "colour": said.get("colour", ""),
        "colour_label": colours.LABELS.get(said.get("colour", ""), ""),
        "areas": register.area_words(said.get("areas", ())),
        "may_decide": row.state == Issue.State.DRAFT and actor.post in RELEASERS,
        "own": actor.user_id == row.drafted_by,
        "form": form,
        "mark": issuing.EXERCISE if row.exercise else "",
    }
    return render(request, "warnings/issue.html", context, status=status)


@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: release it."""
    issuing.release(pk, _actor(request))
    messages.success(request, _("Released: signed, in the log, and in the feed unless it is an exercise."))
    return HttpResponseRedirect(reverse("warnings:issue", args=[pk]))


@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: it is not issued."""
    form = DropForm(request.POST)
    if not form.is_valid():
        return _page(request, _get(pk), form, status=422)
    issuing.drop(pk, form.cleaned_data["reason"], _actor(request))
    return HttpResponseRedirect(reverse("warnings:issue", args=[pk]))


def _get(pk: UUID) -> Issue:
    row = Issue.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _initial(said: dict[str, Any]) -> dict[str, Any]:
    """What the last message said, as the form shows it: moments without their zone."""
    return said | {name: said[name][:16] for name in ("onset", "expires") if said.get(name)}
