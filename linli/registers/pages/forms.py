"""Forms of the registers' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registers import duties
from linli.registers.contacts import ORDER
from linli.registers.imports.readers import degrees
from linli.registers.models import Placed
from linli.ui.forms import KitForm


class ChangeForm(KitForm):
    """What can be corrected by hand: name, address, point; and where the new words come from."""

    name = forms.CharField(label=_("name"), max_length=200)
    address = forms.CharField(label=_("address"), max_length=300, required=False)
    lng = forms.FloatField(label=_("longitude (WGS-84)"), required=False)
    lat = forms.FloatField(label=_("latitude (WGS-84)"), required=False)
    source = forms.CharField(
        label=_("Where this comes from"),
        max_length=200,
        help_text=_("a visit, a letter, a call: what one can ask about later"),
    )

    def __init__(self, thing: Placed, *args: Any, **kwargs: Any) -> None:
        kept = {name: getattr(thing, name) for name in ("name", "address", "lng", "lat")}
        super().__init__(*args, initial=kept, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Longitude and latitude belong together and lie in China."""
        values = super().clean() or {}
        lng, lat = values.get("lng"), values.get("lat")
        if (lng is None) != (lat is None):
            self.add_error("lng" if lng is None else "lat", _("longitude and latitude belong together: fill in both"))
        for name, value, low, high in (("lng", lng, 73, 136), ("lat", lat, 3, 54)):
            if value is not None:
                try:
                    degrees(low, high)(str(value))
                except ValueError as fault:
                    self.add_error(name, str(fault))
        return values


class RetireForm(KitForm):
    """The first day without the thing, and why."""

    on = forms.DateField(label=_("First day out of use"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": duties.today()}, **kwargs)


class ContactForm(KitForm):
    """Who is called in which place of the order."""

    order = forms.TypedChoiceField(label=_("Called in place"), coerce=int, choices=[(n, str(n)) for n in ORDER])
    name = forms.CharField(
        label=_("Contact's name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    )
    source = forms.CharField(label=_("Where this comes from"), max_length=200)


class UploadForm(KitForm):
    """One table."""

    file = forms.FileField(label=_("Table (.xlsx or .csv)"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))
