"""How every form looks and speaks: one renderer, so that `{{ form }}` is the kit's form on every page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext as _


class KitRenderer(DjangoTemplates):
    """Label above, help under it, the error under the control, a summary on top that leads to the fields."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/parts/field.html"


class KitForm(forms.Form):
    """A form whose empty fields say what to enter or choose, in the words of their label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_missing(self)


def say_what_is_missing(form: forms.BaseForm) -> None:
    """Give every required field of `form` (also a ModelForm's) its own sentence for being empty."""
    for field in form.fields.values():
        choose = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.BooleanField)
        sentence = _("Choose: {label}.") if choose else _("Enter: {label}.")
        field.error_messages["required"] = sentence.format(label=field.label or "")
