"""The forms of a case, made from its kind: a step's, the edit form, the form to open one by hand."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.areas.models import Level
from linli.areas.tree import load_tree
from linli.cases import lawful
from linli.cases.declarations import CaseKind, Need
from linli.cases.details import detail_of
from linli.cases.models import Case
from linli.cases.registry import kinds
from linli.cases.steps import Step
from linli.ui.forms import KitForm, say_what_is_missing

OWN = ("title", "address", "priority")


class StepForm(KitForm):
    """What one step asks for: fields of the detail, reason, number, and a remark if one likes."""

    def __init__(self, case: Case, step: Step, data: Any = None) -> None:
        super().__init__(data, prefix=step.transition.key)
        for need in step.asks:
            name, field = _asked(case, need)
            self.fields[name] = field
        if not any(need.what == "reason" for need in step.asks):
            self.fields["text"] = forms.CharField(label=_("Remark"), required=False, widget=_lines(2))
        say_what_is_missing(self)

    def answers(self) -> dict[str, Any]:
        """What was filled in, for `act`."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class EditForm(KitForm):
    """The case's own fields and the form fields of its detail; `changes` are those that differ from what was shown."""

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, prefix="edit")
        detail, kind = detail_of(case), kinds.get(case.kind_id)
        for name in OWN:
            self.fields[name] = _field(Case, name, getattr(case, name))
        for name in kind.form if kind and detail else ():
            self.fields[name] = _field(type(detail), name, getattr(detail, name))
        for field in self.fields.values():
            field.show_hidden_initial = True
        say_what_is_missing(self)

    def changes(self) -> dict[str, Any]:
        """Only what the person changed, so that others' changes of other fields stay (L18)."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class OpenForm(KitForm):
    """A new case by hand: what, where, how urgent, and the fields of its kind."""

    title = forms.CharField(label=_("title"), max_length=200)
    area_path = forms.ChoiceField(label=pgettext_lazy("case", "area"))
    address = forms.CharField(label=_("address"), max_length=300, required=False)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    priority = forms.TypedChoiceField(label=_("priority"), coerce=int, choices=[(n, str(n)) for n in (1, 2, 3, 4)])

    def __init__(self, kind: CaseKind, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"priority": kind.priority})
        self.kind = kind
        self.fields["area_path"].choices = list(_areas_of(actor))  # type: ignore[attr-defined]
        for name in kind.form:
            self.fields[name] = _field(kind.detail, name, None)
        say_what_is_missing(self)

    def detail(self) -> dict[str, Any]:
        """The values of the kind's own fields."""
        given = {name: self.cleaned_data[name] for name in self.kind.form}
        return {name: value for name, value in given.items() if value not in (None, "")}


class EvidenceForm(KitForm):
    """A file, what it shows, and which need it answers."""

    file = forms.FileField(label=_("file"))
    title = forms.CharField(label=_("what it shows"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("kind"), choices=[("photo", _("photo")), ("document", _("document"))])
    need = forms.ChoiceField(label=pgettext_lazy("case", "answers"), required=False)

    def __init__(self, case: Case, steps: list[Step], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix="evidence")
        needs = [need for step in steps for need in step.transition.needs if need.what in ("photo", "document")]
        named = {need.name: lawful.need_label(case, need) for need in needs if need.name}
        self.fields["need"].choices = [("", "—"), *named.items()]  # type: ignore[attr-defined]
        if not named:
            del self.fields["need"]


class TransferForm(KitForm):
    """To which body, and why."""

    to = forms.ModelChoiceField(label=pgettext_lazy("case", "to"), queryset=Body.objects.none())
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, prefix="transfer")
        open_bodies = Body.objects.filter(ends_on__isnull=True).exclude(pk__in={case.responsible_id})
        self.fields["to"].queryset = open_bodies.order_by("name")  # type: ignore[attr-defined]


class TaskForm(KitForm):
    """What is asked, of which post."""

    title = forms.CharField(label=_("task"), max_length=200)
    post = forms.ChoiceField(label=_("post"))

    def __init__(self, posts: tuple[str, ...], data: Any = None) -> None:
        super().__init__(data, prefix="task")
        self.fields["post"].choices = [(key, lawful.post_label(key)) for key in posts]  # type: ignore[attr-defined]


def _asked(case: Case, need: Need) -> tuple[str, forms.Field]:
    label = lawful.need_label(case, need)
    if need.what == "field":
        detail = detail_of(case)
        field = _field(type(detail), need.name, getattr(detail, need.name, None))
        field.label, field.required = label, True
        return need.name, field
    if need.what == "reason":
        return need.name or "reason", forms.CharField(label=label, widget=_lines(2))
    return need.name or "number", forms.CharField(label=label, max_length=60)


def _field(model: Any, name: str, value: Any) -> forms.Field:
    """The form field of a model field, as the kit draws it."""
    made: models.Field[Any, Any] = model._meta.get_field(name)
    if name == "priority":
        field: forms.Field = forms.TypedChoiceField(coerce=int, choices=[(n, str(n)) for n in (1, 2, 3, 4)])
        field.label = made.verbose_name
    else:
        widget: forms.Widget | None = None
        if isinstance(made, models.TextField):
            widget = _lines(3)
        elif isinstance(made, models.DateField) and not isinstance(made, models.DateTimeField):
            widget = forms.DateInput(attrs={"type": "date"})
        field = cast(forms.Field, made.formfield(**({"widget": widget} if widget else {})))  # type: ignore[arg-type]
    field.initial = value
    return field


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _areas_of(actor: Actor) -> list[tuple[str, str]]:
    """The actor's areas and the towns in them, each by its full name."""
    tree = load_tree()
    paths = dict.fromkeys(actor.areas)
    for area in actor.areas:
        paths |= dict.fromkeys(place.path for place in tree.of_level(Level.TOWN, under=area))
    return [(path, tree.full_name(path)) for path in paths]
