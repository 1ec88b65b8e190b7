"""Forms of own warnings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.actor import Actor
from linli.areas.models import Level
from linli.areas.tree import is_under, load_tree
from linli.base import clock
from linli.signals.gateways.cap import colours
from linli.ui.forms import KitForm
from linli.warnings.events import CODES

CATEGORIES = (
    ("Met", _("weather")), ("Geo", _("ground and earthquakes")), ("Fire", _("fire")), ("Env", _("environment")),
    ("Health", _("health")), ("Transport", _("transport")), ("Infra", _("infrastructure")), ("CBRNE", _("dangerous goods")),
    ("Safety", _("public safety")), ("Other", pgettext_lazy("warning", "other")),
)  # fmt: skip
RESPONSES = (
    ("Prepare", _("prepare")), ("Shelter", _("stay indoors")), ("Evacuate", _("leave the area")),
    ("Avoid", _("keep away")), ("Monitor", _("watch for news")),
)  # fmt: skip
LOCAL = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A moment by the city's wall clock; the value is ISO text."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def clean(self, value: Any) -> str:
        """The moment with its zone."""
        found: datetime | None = super().clean(value)
        return clock.local(found).isoformat() if found else ""


class WarningForm(KitForm):
    """What a warning states (Emergency Response Law 2024, article 64)."""

    event = forms.CharField(label=_("Kind of event"), max_length=100)
    event_code = forms.ChoiceField(label=_("Code of the event (optional)"), required=False)
    category = forms.ChoiceField(label=_("Field"), choices=CATEGORIES)
    colour = forms.ChoiceField(label=_("Level"))
    onset = MomentField(label=_("Begins"))
    expires = MomentField(label=_("Ends"), help_text=_("A warning without an end cannot be released."))
    areas = forms.MultipleChoiceField(label=_("Areas"), widget=forms.CheckboxSelectMultiple)
    headline = forms.CharField(label=_("Headline"), max_length=160)
    description = forms.CharField(label=_("What to note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    instruction = forms.CharField(label=_("What to do"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    response = forms.ChoiceField(label=_("In one word"), choices=RESPONSES)
    issuer = forms.CharField(label=_("Issuer"), max_length=100)
    headline_en = forms.CharField(label=_("Headline in English (optional)"), required=False, max_length=200)
    description_en = forms.CharField(
        label=_("What to note, in English (optional)"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )
    instruction_en = forms.CharField(
        label=_("What to do, in English (optional)"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )
    exercise = forms.BooleanField(label=_("Exercise: marked in every text, never public"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = [(key, colours.LABELS[key]) for key in colours.COLOURS]  # type: ignore[attr-defined]
        self.fields["event_code"].choices = [("", "—"), *CODES.items()]  # type: ignore[attr-defined]
        self.fields["areas"].choices = areas_of(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end lies behind the beginning and ahead of now."""
        values = super().clean() or {}
        begins, ends = values.get("onset"), values.get("expires")
        if ends and datetime.fromisoformat(ends) <= clock.now():
            self.add_error("expires", _("The end lies in the past; enter a later one."))
        elif begins and ends and ends <= begins:
            self.add_error("expires", _("The end comes before the beginning; enter a later one."))
        return values


class LiftForm(KitForm):
    """Why a warning is over."""

    headline = forms.CharField(label=_("Headline"), max_length=160)
    description = forms.CharField(
        label=_("Why it is lifted"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    headline_en = forms.CharField(label=_("Headline in English (optional)"), required=False, max_length=200)


class DropForm(KitForm):
    """Why a draft is not issued."""

    reason = forms.CharField(label=_("Why it is not issued"), max_length=300)


def areas_of(actor: Actor) -> list[tuple[str, str]]:
    """City, counties and towns that the actor may warn."""
    tree = load_tree()
    found = []
    for level in (Level.CITY, Level.COUNTY, Level.TOWN):
        for place in tree.of_level(level):
            if any(is_under(place.path, area) for area in actor.areas) and (
                level < Level.TOWN or len(actor.areas[0].split(".")) > 2
            ):
                found.append((place.path, tree.full_name(place.path)))
    return found
