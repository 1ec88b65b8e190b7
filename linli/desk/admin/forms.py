"""Forms of the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Body
from linli.accounts.registry import posts
from linli.areas.tree import load_tree
from linli.registers.imports.areas import area_named
from linli.ui.forms import KitForm, say_what_is_missing


class AreaField(forms.CharField):
    """An area by its name, with its county where two bear it, or by its code; the value is its path."""

    def clean(self, value: Any) -> str:
        """The path of the area."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return area_named(text)
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from fault


class NewUserForm(KitForm):
    """A user without any post yet."""

    username = forms.RegexField(
        label=_("User name"),
        regex=r"^[a-z0-9][a-z0-9._-]{2,63}$",
        error_messages={"invalid": _("3 to 64 small letters, digits, dots or dashes; begin with a letter or digit")},
    )
    display_name = forms.CharField(label=_("Name shown"), max_length=100)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("at least 10 characters"),
    )


class PasswordForm(KitForm):
    """A new password for somebody who cannot get in."""

    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class GivePostForm(KitForm):
    """Which post, for which body, where, until when."""

    post = forms.ChoiceField(label=_("Post"), choices=())
    body = forms.ModelChoiceField(label=_("Body"), queryset=Body.objects.none(), empty_label="")
    area = AreaField(label=_("Area"), required=False, help_text=_("the area of the body when left empty"))
    until = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [(post.key, post.label) for post in posts]  # type: ignore[attr-defined]
        self.fields["body"].queryset = Body.objects.filter(ends_on=None)  # type: ignore[attr-defined]


class BodyForm(forms.ModelForm):
    """A responsible body."""

    area_path = AreaField(label=_("Area"))

    class Meta:
        model = Body
        fields = ("key", "name", "kind", "area_path", "parent", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.area_path:
            self.initial["area_path"] = load_tree().full_name(self.instance.area_path)
        say_what_is_missing(self)
