"""From a ListSpec to a FilterSet: the same one for page, export and API. Names stand in the address, never paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.areas.models import Level
from linli.areas.tree import load_tree
from linli.base import clock
from linli.ui.declarations import Filter, ListSpec
from linli.ui.paths import plain_field

SEARCH = "q"
Choices = list[tuple[Any, Any]]


class _YesNo(django_filters.widgets.BooleanWidget):
    """Yes, no, or not asked."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.choices = (("", "—"), ("true", _("yes")), ("false", _("no")))


class _LateSelect(forms.Select):
    """A select whose choices are asked for at each drawing: a list of areas changes."""

    def __init__(self, late: Callable[[], Choices]) -> None:
        super().__init__()
        self.late = late

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        self.choices = self.late()
        return super().get_context(name, value, attrs)


class KitFilterSet(django_filters.FilterSet):
    """A FilterSet that applies what can be read and says what cannot."""

    def applied(self) -> QuerySet[Any]:
        """The rows with every readable filter applied; `errors` names the others."""
        self.form.is_valid()
        rows = self.queryset
        for name, value in self.form.cleaned_data.items():
            rows = self.filters[name].filter(rows, value)
        return rows


def choices_of(spec: ListSpec, one: Filter) -> Choices:
    """The choices of a filter: its own, or those of its field; empty when it is free text, a number or a day."""
    own = one.choices() if callable(one.choices) else one.choices
    if own:
        return list(own)
    if one.lookup == "under_area":
        return area_choices()
    field = plain_field(spec.rows().model, one.path)
    if field is not None and field.choices:
        return list(field.flatchoices)
    return []


def area_choices() -> Choices:
    """The city, its counties and its towns, each county with its towns behind it."""
    places = load_tree().places.values()
    shown = [place for place in places if Level.CITY <= place.level <= Level.TOWN]
    return [(place.path, "\u3000" * (place.level - Level.CITY) + place.name) for place in shown]


def names_of(spec: ListSpec) -> set[str]:
    """Every name that may stand in the address of the list as a filter."""
    names = {SEARCH} if spec.search else set()
    for one in spec.filters:
        names |= {f"{one.name}_from", f"{one.name}_to"} if one.lookup == "between" else {one.name}
    return names


@lru_cache(maxsize=512)
def _class_of(spec: ListSpec) -> type[KitFilterSet]:
    members: dict[str, Any] = {}
    for one in spec.filters:
        members |= _filters(spec, one)
    if spec.search:
        members[SEARCH] = django_filters.CharFilter(label=_("Search"), method=_search(spec.search))
    members["Meta"] = type("Meta", (), {"model": spec.rows().model, "fields": []})
    return type("ListFilterSet", (KitFilterSet,), members)


def filterset(spec: ListSpec, data: Any, rows: QuerySet[Any]) -> KitFilterSet:
    """The FilterSet of `spec`, bound to the values of an address."""
    return _class_of(spec)(data, queryset=rows)


def _search(paths: Iterable[str]) -> Callable[..., QuerySet[Any]]:
    def apply(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        words = Q()
        for path in paths:
            words |= Q(**{f"{path}__icontains": value})
        return rows.filter(words)

    return apply


def _filters(spec: ListSpec, one: Filter) -> dict[str, Any]:
    field = plain_field(spec.rows().model, one.path)
    if one.lookup == "between":
        return _between(one, field)
    if one.lookup == "contains":
        return {one.name: django_filters.CharFilter(one.path, "icontains", label=one.label)}
    if one.lookup == "is_empty":
        return {one.name: django_filters.BooleanFilter(one.path, "isnull", label=one.label, widget=_YesNo)}
    if one.lookup == "under_area":
        messages = {"invalid": _("An area is written like 34.3417.341702.")}
        if one.choices:
            by_name = {"choices": lambda: choices_of(spec, one), "empty_label": "—"}
            return {one.name: django_filters.ChoiceFilter(one.path, "under", label=one.label, **by_name)}
        made = django_filters.CharFilter(one.path, "under", label=one.label)
        made.extra |= {"validators": [_area_path], "error_messages": messages}
        made.extra["widget"] = _LateSelect(lambda: [("", "—"), *choices_of(spec, one)])
        return {one.name: made}
    return {one.name: _exact(spec, one, field)}


def _area_path(value: str) -> None:
    if not all(part.isdigit() for part in value.split(".")):
        raise forms.ValidationError("", code="invalid")


def _exact(spec: ListSpec, one: Filter, field: models.Field[Any, Any] | None) -> django_filters.Filter:
    choices = choices_of(spec, one)
    unknown = {"invalid_choice": _("“%(value)s” is none of the choices of this filter.")}
    if choices or callable(one.choices):
        # The choices are looked up anew for each request: a list of areas or bodies changes.
        facts: dict[str, Any] = {"choices": lambda: choices_of(spec, one), "error_messages": unknown}
        if one.lookup == "any_of":
            boxes = forms.CheckboxSelectMultiple
            return django_filters.MultipleChoiceFilter(field_name=one.path, label=one.label, widget=boxes, **facts)
        return django_filters.ChoiceFilter(field_name=one.path, label=one.label, empty_label="—", **facts)
    if isinstance(field, models.BooleanField):
        return django_filters.BooleanFilter(one.path, label=one.label, widget=_YesNo)
    if isinstance(field, models.UUIDField | models.ForeignKey):
        messages = {"invalid": _("A key is written like 0190f3c8-7b1e-7c1a-9f00-000000000000.")}
        return django_filters.UUIDFilter(one.path, label=one.label, error_messages=messages)
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return django_filters.NumberFilter(one.path, label=one.label, error_messages={"invalid": _("Enter a number.")})
    return django_filters.CharFilter(one.path, label=one.label)


def _between(one: Filter, field: models.Field[Any, Any] | None) -> dict[str, Any]:
    low, high = f"{one.name}_from", f"{one.name}_to"
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        number = {"error_messages": {"invalid": _("Enter a number.")}}
        return {
            low: django_filters.NumberFilter(one.path, "gte", label=one.label, **number),
            high: django_filters.NumberFilter(one.path, "lte", label=one.label, **number),
        }
    day = {"error_messages": {"invalid": _("Write the day as 2026-05-20.")}}
    on_days = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    methods = (None, None) if on_days else (_since(one.path), _until(one.path))
    widget = forms.DateInput(attrs={"type": "date"})
    return {
        name: django_filters.DateFilter(one.path, lookup, label=one.label, method=method, widget=widget, **day)
        for name, lookup, method in ((low, "gte", methods[0]), (high, "lte", methods[1]))
    }


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LOCAL)


def _since(path: str) -> Callable[..., QuerySet[Any]]:
    return lambda rows, _name, day: rows.filter(**{f"{path}__gte": _midnight(day)})


def _until(path: str) -> Callable[..., QuerySet[Any]]:
    return lambda rows, _name, day: rows.filter(**{f"{path}__lt": _midnight(day + timedelta(days=1))})
