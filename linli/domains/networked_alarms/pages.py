"""What the pack adds to the page of a system: contract, licence, link, zones; a test announced and ended there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.base import clock
from linli.base.refusal import NotFound
from linli.base.words import moment_words
from linli.domains.networked_alarms.models import AlarmSystem, Contract, TestWindow, in_force
from linli.domains.networked_alarms.systems import begin_test, code_word_fits, end_test, running_test, set_code_word
from linli.registers.declarations import Panel
from linli.registers.models import Asset
from linli.signals.models import AssetState
from linli.ui.forms import KitForm
from linli.ui.routes import route

KEEPERS = ("technician", "user_contact")
CALLERS = ("duty_operator", "shift_leader")
TESTERS = (*KEEPERS, *CALLERS)


class TestForm(KitForm):
    """How long, and why."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240, initial=30)
    reason = forms.CharField(label=gettext_lazy("Reason of the test"), max_length=200)


class CodeWordForm(KitForm):
    """The word as it is said on the telephone; spaces and capitals do not count."""

    word = forms.CharField(label=gettext_lazy("Code word"), max_length=40)


def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: announce a test of the system from now on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    system = _system(pk, actor)
    form = TestForm(request.POST)
    if form.is_valid():
        window = begin_test(system, form.cleaned_data["minutes"], form.cleaned_data["reason"], actor)
        messages.success(request, _("Announced as a test until {end}.").format(end=moment_words(window.ends_at)))
    else:
        messages.error(request, " ".join(str(sentence) for said in form.errors.values() for sentence in said))
    return _back(system)


def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: the test is over."""
    window = TestWindow.objects.select_related("system__asset").filter(pk=pk).first()
    if window is None:
        raise NotFound()
    system = _system(window.system_id, request.actor)  # type: ignore[attr-defined]
    end_test(window)
    messages.success(request, _("The test is over; alarms count again."))
    return _back(system)


def keep_code_word(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: the user's code word, kept as a hash."""
    system = _system(pk, request.actor)  # type: ignore[attr-defined]
    form = CodeWordForm(request.POST)
    if form.is_valid():
        set_code_word(system, form.cleaned_data["word"])
        messages.success(request, _("The code word is kept; nobody can read it."))
    return _back(system)


def check_code_word(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: is this the user's code word? Said on the page, kept nowhere."""
    system = _system(pk, request.actor)  # type: ignore[attr-defined]
    form = CodeWordForm(request.POST)
    if form.is_valid() and code_word_fits(system, form.cleaned_data["word"]):
        messages.success(request, _("The code word is right."))
    else:
        messages.error(request, _("This is not the code word. Treat the call as not answered."))
    return _back(system)


def may_test(system: AlarmSystem, actor: Actor) -> bool:
    """The user for his own systems, the operator's people in their area."""
    if actor.post == "user_contact":
        owner = system.asset.organisation_id
        return owner is not None and Body.objects.filter(pk__in=actor.bodies, organisation_id=owner).exists()
    path = system.asset.area_path
    return actor.post in TESTERS and any(path == area or path.startswith(f"{area}.") for area in actor.areas)


def facts(asset: Asset, actor: Actor) -> dict[str, Any] | None:
    """What the block shows; None for an asset that the pack keeps nothing about."""
    system = AlarmSystem.objects.filter(pk=asset.pk).select_related("asset").first()
    if system is None:
        return None
    contract = in_force(system)
    today = clock.local(clock.now()).date()
    return {
        "system": system,
        "contract": contract,
        "licensed": contract is not None and is_licensed(contract, today),
        "state": AssetState.objects.filter(pk=asset.pk).first(),
        "zones": system.zones.all(),
        "test": running_test(system),
        "form": TestForm() if may_test(system, actor) else None,
        "keep_word": CodeWordForm() if actor.post in KEEPERS and may_test(system, actor) else None,
        "check_word": CodeWordForm() if actor.post in CALLERS and system.code_word else None,
    }


def is_licensed(contract: Contract, day: Any) -> bool:
    """The operator may receive alarms that day: a valid licence, or a centre of police or fire brigade."""
    operator = contract.operator
    return operator.kind != operator.Kind.COMPANY or operator.licences.filter(during__contains=day).exists()


def _system(pk: UUID, actor: Actor) -> AlarmSystem:
    system = AlarmSystem.objects.select_related("asset").filter(pk=pk).first()
    if system is None or not may_test(system, actor):
        raise NotFound()
    return system


def _back(system: AlarmSystem) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("registers:asset", args=[system.pk]))


routes = [
    route("systems/<uuid:pk>/test", begin, name="begin_test", posts=TESTERS),
    route("systems/<uuid:pk>/code-word", keep_code_word, name="keep_code_word", posts=KEEPERS),
    route("systems/<uuid:pk>/code-word/check", check_code_word, name="check_code_word", posts=CALLERS),
    route("tests/<uuid:pk>/end", end, name="end_test", posts=TESTERS),
]
PANEL = Panel(
    key="networked_alarms.system",
    thing="asset",
    template="networked_alarms/panel.html",
    facts=facts,
    types=("networked_alarms.system",),
)
