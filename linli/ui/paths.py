"""Field paths of a model (`premises__name`): which field stands at the end, may it be empty, what is its value."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Field, Model


def field_at(model: type[Model], path: str) -> tuple[Any, bool]:
    """(field, nullable) at the end of `path`; nullable when any step may be missing.

    Raises FieldDoesNotExist with the part that is not there, ValueError where a step leads to many rows.
    """
    nullable, field = False, None
    for part in path.split("__"):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        if getattr(field, "one_to_many", False) or getattr(field, "many_to_many", False):
            raise ValueError(f"{path}: «{part}» leads to many rows; annotate a count instead")
        nullable = nullable or bool(getattr(field, "null", False)) or bool(getattr(field, "auto_created", False))
        if getattr(field, "related_model", None):
            model = field.related_model  # type: ignore[union-attr,assignment]
    return field, nullable and path != "pk"


def plain_field(model: type[Model], path: str) -> Field[Any, Any] | None:
    """The concrete field at `path`, or None when it is an annotation or not there."""
    try:
        field, _nullable = field_at(model, path)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def relations_of(model: type[Model], path: str) -> str:
    """The relations one has to follow to read `path`: `premises` of `premises__name`, "" of `name`."""
    steps, here = [], model
    for part in path.split("__"):
        try:
            field = here._meta.get_field(part)
        except FieldDoesNotExist:
            break
        if not field.is_relation or not field.related_model:
            break
        steps.append(part)
        here = field.related_model  # type: ignore[assignment]
    return "__".join(steps)


def value_at(row: Any, path: str) -> Any:
    """The value at `path` of a fetched row; None where a relation is empty."""
    value = row
    for part in path.split("__"):
        if value is None:
            return None
        try:
            value = getattr(value, part)
        except ObjectDoesNotExist:
            return None
    return value
