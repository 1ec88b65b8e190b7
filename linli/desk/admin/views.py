"""Pages of the administration: users and their posts, bodies; for the auditor the ledger."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.access import ledger
from linli.access.gate import rule_text
from linli.access.models import Chain, Ledger
from linli.accounts import administration
from linli.accounts.actor import Actor
from linli.accounts.guard import label_of
from linli.accounts.models import AccountEvent, Body, PostHolding, User
from linli.areas.tree import load_tree
from linli.base import clock
from linli.base.refusal import NotFound, Refusal
from linli.desk.admin.forms import BodyForm, GivePostForm, NewUserForm, PasswordForm
from linli.desk.admin.lists import ACT, attribute_titles, decided, name_lines, purpose_title

RECENT = 30


def new_user(request: HttpRequest) -> HttpResponse:
    """Make a user."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            user = administration.make_user(
                values["username"], values["display_name"], values["password"], _actor(request)
            )
        except (ValidationError, Refusal) as fault:
            _say(form, fault, "password" if isinstance(fault, ValidationError) else "username")
        else:
            return HttpResponseRedirect(reverse("desk:user", args=[user.pk]))
    return _form(request, form, _("New user"), "admin.users", _("Users"))


def user_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One user: posts, log-in, password, what happened."""
    return _user_page(request, _get(User, pk), GivePostForm(), PasswordForm())


def _user_page(
    request: HttpRequest, user: User, post_form: GivePostForm, password_form: PasswordForm, status: int = 200
) -> HttpResponse:
    held = user.holdings.select_related("body").order_by("-during")
    tree, now = load_tree(), clock.now()
    return render(
        request,
        "desk/admin/user.html",
        {
            "person": user,
            "post_form": post_form,
            "password_form": password_form,
            "held": [
                (
                    row,
                    label_of(row.post),
                    tree.full_name(row.area_path),
                    row.during.upper is None or row.during.upper > now,
                )
                for row in held
            ],
            "events": AccountEvent.objects.filter(user_id=user.pk)[:RECENT],
        },
        status=status,
    )


@require_POST
def give_post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the user a post."""
    user, form = _get(User, pk), GivePostForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            administration.give_post(
                user,
                values["post"],
                values["body"],
                values["area"] or values["body"].area_path,
                values["until"],
                _actor(request),
                values["note"],
            )
        except Refusal as fault:
            _say(form, fault, "post")
        else:
            return HttpResponseRedirect(reverse("desk:user", args=[pk]))
    return _user_page(request, user, form, PasswordForm(), 422)


@require_POST
def end_post(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a post somebody holds."""
    holding = _get(PostHolding, pk)
    administration.end_post(holding, _actor(request))
    return HttpResponseRedirect(reverse("desk:user", args=[holding.user_id]))


@require_POST
def set_password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set a new password; every session of the user ends."""
    user, form = _get(User, pk), PasswordForm(request.POST)
    if form.is_valid():
        try:
            administration.set_password(user, form.cleaned_data["password"], _actor(request))
        except ValidationError as fault:
            _say(form, fault, "password")
        else:
            messages.success(
                request, _("The password of {name} is set; all his sessions have ended.").format(name=user.display_name)
            )
            return HttpResponseRedirect(reverse("desk:user", args=[pk]))
    return _user_page(request, user, GivePostForm(), form, 422)


@require_POST
def set_active(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    user = _get(User, pk)
    administration.change_user(user, _actor(request), is_active=request.POST.get("active") == "yes")
    return HttpResponseRedirect(reverse("desk:user", args=[pk]))


def body_page(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Make or change a body."""
    form = BodyForm(request.POST or None, instance=_get(Body, pk) if pk else Body())
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                administration.save_body(form.save(commit=False), _actor(request))
        except Refusal as fault:
            _say(form, fault, "key")
        else:
            return HttpResponseRedirect(reverse("ui:list", args=["admin.bodies"]))
    return _form(request, form, form.instance.name if pk else _("New body"), "admin.bodies", _("Bodies"))


def ledger_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One line of the ledger, in words and as it is hashed."""
    line: Any = _get(Ledger, pk)
    name_lines([line])
    entry: dict[str, Any] = json.loads(line.entry)
    decision, tone = decided(line)
    return render(
        request,
        "desk/admin/ledger_line.html",
        {
            "line": line,
            "entry": entry,
            "decision": decision,
            "tone": tone,
            "purpose": purpose_title(line.purpose),
            "act": ACT.get(line.act, line.act),
            "post": label_of(line.post),
            "granted": attribute_titles(entry.get("granted", [])),
            "refused": [
                (attribute_titles([name]), rule_text(rule).sentence, rule)
                for name, rule in entry.get("refused", {}).items()
            ],
            "previous": bytes(line.previous).hex(),
            "hash": bytes(line.hash).hex(),
            "fits": ledger.digest(bytes(line.previous), line.sequence, line.entry) == bytes(line.hash),
        },
    )


def ledger_check(request: HttpRequest) -> HttpResponse:
    """Recompute every chain (a button, since it reads the whole ledger)."""
    faults = ledger.verify() if request.method == "POST" else None
    chains = Chain.objects.order_by("key")
    names = dict(Body.objects.values_list("pk", "name"))
    return render(
        request,
        "desk/admin/ledger_check.html",
        {
            "chains": [(_department(chain.key, names), chain, bytes(chain.head).hex()) for chain in chains],
            "checked": faults is not None,
            "faults": [(_department(fault.chain, names), fault) for fault in faults or ()],
        },
    )


def _department(key: str, names: dict[UUID, str]) -> str:
    try:
        return names.get(UUID(key), key)
    except ValueError:
        return str(_("the house itself"))


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _get(model: Any, pk: UUID | None) -> Any:
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _say(form: Any, fault: Exception, field: str) -> None:
    """Put a refusal under the field it is about."""
    form.add_error(field, fault.text() if isinstance(fault, Refusal) else fault.messages)  # type: ignore[attr-defined]


def _form(request: HttpRequest, form: Any, title: str, listed: str, label: str) -> HttpResponse:
    return render(
        request,
        "desk/admin/form.html",
        {"form": form, "title": title, "back": reverse("ui:list", args=[listed]), "back_label": label},
        status=422 if form.errors else 200,
    )
