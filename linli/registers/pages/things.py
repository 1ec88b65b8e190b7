"""Pages of one organisation, premises or asset: what it is, what belongs to it, who answers for it, its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.accounts.guard import label_of
from linli.accounts.models import Body, User
from linli.base.refusal import NotFound
from linli.registers import duties
from linli.registers.changes import change, history_of, retire
from linli.registers.contacts import contacts_of
from linli.registers.imports.specs import KEEPERS
from linli.registers.lists import area_of, type_of
from linli.registers.models import Asset, Change, Organisation, Placed, Premises
from linli.registers.pages.forms import ChangeForm, ContactForm, RetireForm
from linli.registers.registry import panels

MODELS: dict[str, type[Placed]] = {"organisation": Organisation, "premises": Premises, "asset": Asset}
SHOWN = 50
Thing = TypeVar("Thing", bound=Placed)


def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An organisation with its premises and assets."""
    thing = _get(Organisation, pk)
    return _page(
        request,
        thing,
        {
            "premises": thing.premises.order_by("name")[:SHOWN],
            "assets": thing.assets.order_by("number")[:SHOWN],
            "type_of": type_of,
        },
    )


def premises(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Premises with their assets and contacts."""
    thing = _get(Premises, pk)
    return _page(
        request,
        thing,
        {
            "assets": thing.assets.order_by("number")[:SHOWN],
            "contacts": contacts_of(None, thing),
            "contact_form": ContactForm(),
        },
    )


def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An asset with its parts, contacts, and the blocks of other rooms (presence, contract, cases)."""
    thing = _get(Asset, pk)
    return _page(
        request,
        thing,
        {
            "parts": thing.parts.order_by("number")[:SHOWN],
            "type": type_of(thing),
            "contacts": contacts_of(thing),
            "contact_form": ContactForm(),
        },
    )


def edit(request: HttpRequest, thing: str, pk: UUID) -> HttpResponse:
    """Correct name, address or point."""
    row = get_thing(thing, pk)
    form = ChangeForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        source = values.pop("source")
        try:
            change(row, _actor(request), source, **values)
        except ValueError as fault:
            form.add_error(None, str(fault))
        else:
            return HttpResponseRedirect(address_of(row))
    return render(
        request,
        "registers/edit.html",
        {"thing": row, "form": form, "back": address_of(row), "title": _("Correct")},
        status=422 if form.errors else 200,
    )


def take_out(request: HttpRequest, thing: str, pk: UUID) -> HttpResponse:
    """Take a thing out of use."""
    row = get_thing(thing, pk)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        retire(row, _actor(request), form.cleaned_data["on"], form.cleaned_data["reason"])
        messages.success(
            request, _("«{name}» is out of use from {day} on.").format(name=row.name, day=form.cleaned_data["on"])
        )
        return HttpResponseRedirect(address_of(row))
    return render(
        request,
        "registers/edit.html",
        {"thing": row, "form": form, "back": address_of(row), "title": _("Take out of use")},
        status=422 if form.errors else 200,
    )


def get_thing(thing: str, pk: UUID) -> Placed:
    """The organisation, premises or asset of that key. Raises NotFound."""
    if thing not in MODELS:
        raise NotFound()
    return _get(MODELS[thing], pk)


def address_of(thing: Placed) -> str:
    """The page of a thing."""
    return reverse(f"registers:{thing._meta.model_name}", args=[thing.pk])


def _get(model: type[Thing], pk: UUID) -> Thing:
    found = model._base_manager.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _page(request: HttpRequest, thing: Placed, facts: dict[str, Any]) -> HttpResponse:
    name, actor = str(thing._meta.model_name), _actor(request)
    return render(
        request,
        f"registers/{name}.html",
        {
            "thing": thing,
            "kind": name,
            "point": _point(thing),
            "area": area_of(thing),
            "duties": _duties(thing),
            "history": history(thing),
            "panels": _panels(thing, name, actor),
            "keeps": actor.post in KEEPERS,
            **facts,
        },
    )


def _point(thing: Placed) -> dict[str, Any]:
    """The thing as GeoJSON for the map beside it."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [thing.lng, thing.lat]},
                "properties": {"key": str(thing.pk), "label": thing.name, "tone": "blue"},
            }
        ],
    }


def _panels(thing: Placed, name: str, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    drawn = []
    for panel in panels:
        fits = panel.thing == name and (not panel.types or getattr(thing, "type", "") in panel.types)
        if fits and (panel.posts == ("*",) or actor.post in panel.posts):
            facts = panel.facts(thing, actor)
            if facts is not None:
                drawn.append((panel.template, facts))
    return drawn


def _duties(thing: Placed) -> list[tuple[str, str, Any]]:
    """(role, body, since) of each duty that a body holds today."""
    held = [duty for duty in duties.of(thing) if duty.body_id]
    names = dict(Body.objects.filter(pk__in=[duty.body_id for duty in held]).values_list("pk", "name"))
    return [(duty.role, names.get(duty.body_id, "") if duty.body_id else "", duty.during.lower) for duty in held]


@dataclass(frozen=True, slots=True)
class Line:
    """One change in words: what, which fields from – to, who in which post, from where."""

    change: Change
    fields: list[tuple[Any, Any, Any]]
    who: str
    post: str


def history(thing: Placed) -> list[Line]:
    """The changes of a thing, newest first, with names instead of keys."""
    rows = history_of(thing)
    names = dict(User.objects.filter(pk__in={row.by for row in rows if row.by}).values_list("pk", "display_name"))
    return [
        Line(
            row,
            [(_label(thing, field), row.before.get(field), value) for field, value in row.after.items()]
            if row.act != Change.Act.MADE
            else [],
            names.get(row.by, "") if row.by else "",
            label_of(row.post),
        )
        for row in rows
    ]


def _label(thing: Placed, field: str) -> Any:
    try:
        return getattr(thing._meta.get_field(field), "verbose_name", field)
    except FieldDoesNotExist:
        return field
