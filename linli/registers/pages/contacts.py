"""Contacts on a page: a name and phone shown for a case (through the gate), a contact set or ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.access.gate import disclose
from linli.access.refusals import BadValue
from linli.access.registry import dictionary
from linli.base.refusal import NotFound
from linli.registers.contacts import end_contact, set_contact
from linli.registers.pages.forms import ContactForm
from linli.registers.pages.things import address_of, get_thing

PURPOSE = "alarm.call_contact"
ASKED = ("contact.name", "contact.phone")
SHOWN_SECONDS = 300


@require_POST
@never_cache
def show(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Show name and phone for the case that the form names; after five minutes the page puts them away."""
    case, purpose = _uuid(request.POST.get("case", "")), request.POST.get("purpose", PURPOSE)
    answer = disclose(request.actor, purpose, subject, ASKED, case=case)  # type: ignore[attr-defined]
    return render(
        request,
        "registers/parts/contact_shown.html",
        {
            "answer": answer,
            "case": case,
            "purpose": purpose,
            "subject": subject,
            "seconds": SHOWN_SECONDS,
            "order": request.POST.get("order", ""),
            "given": [(dictionary[name].title, values) for name, values in answer.values.items()],
            "refused": [(dictionary[name].title, refused.text) for name, refused in answer.refused.items()],
        },
    )


@never_cache
def away(request: HttpRequest, subject: UUID) -> HttpResponse:
    """The line of a contact as it was before it was shown."""
    return render(
        request,
        "registers/parts/contact_line.html",
        {
            "subject": subject,
            "case": _uuid(request.GET.get("case", "")),
            "order": request.GET.get("order", ""),
            "purpose": request.GET.get("purpose", PURPOSE),
        },
    )


@require_POST
def set_one(request: HttpRequest, thing: str, pk: UUID) -> HttpResponse:
    """Make somebody the first, second or third contact."""
    actor, row, form = request.actor, get_thing(thing, pk), ContactForm(request.POST)  # type: ignore[attr-defined]
    if form.is_valid():
        values = form.cleaned_data
        try:
            set_contact(actor, row, values["order"], values["name"], values["phone"], source=values["source"])
        except BadValue as refusal:
            form.add_error("phone", refusal.text())
        else:
            messages.success(request, _("Contact {order} is kept.").format(order=values["order"]))
            return HttpResponseRedirect(address_of(row))
    return render(
        request,
        "registers/edit.html",
        {"thing": row, "form": form, "back": address_of(row), "title": _("Contact")},
        status=422,
    )


@require_POST
def end_one(request: HttpRequest, thing: str, pk: UUID, order: int) -> HttpResponse:
    """Nobody is the contact of that place any more."""
    row = get_thing(thing, pk)
    end_contact(request.actor, row, order)  # type: ignore[attr-defined]
    messages.success(request, _("Contact {order} has ended; name and phone are forgotten.").format(order=order))
    return HttpResponseRedirect(address_of(row))


def _uuid(text: Any) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(str(text))
    except ValueError as fault:
        raise NotFound() from fault
