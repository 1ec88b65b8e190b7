"""The typed detail row of a case: made, read and edited by its kind's model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from linli.accounts.actor import Actor
from linli.cases.declarations import CaseKind
from linli.cases.models import Case, Detail
from linli.cases.refusals import DetailRefused, UnknownFields
from linli.cases.registry import kinds
from linli.cases.texts import clean

# Shorter text fields hold codes and names of things, not sentences.
FREE_TEXT_FROM = 60


def related_name(kind: CaseKind) -> str:
    """The name under which a case reaches its detail: `hydrants_hydrantfault`."""
    meta = kind.detail._meta
    return f"{meta.app_label}_{meta.model_name}"


def detail_of(case: Case) -> Detail | None:
    """The detail row; None when the kind's pack is not installed or the case has none."""
    kind = kinds.get(case.kind_id)
    return cast("Detail | None", getattr(case, related_name(kind), None)) if kind else None


def field_names(kind: CaseKind) -> tuple[str, ...]:
    """The fields of the detail that can be filled in."""
    return tuple(f.name for f in kind.detail._meta.concrete_fields if f.name != "case" and f.editable)


def make(case: Case, kind: CaseKind, values: Mapping[str, Any], actor: Actor, mask: bool) -> Detail:
    """Write the detail of a new case. UnknownFields, DetailRefused or PersonalNumbers when it cannot be kept."""
    row = cast(Detail, kind.detail(case=case))
    assign(row, values, actor, mask)
    row.save(force_insert=True)
    return row


def assign(row: Detail, values: Mapping[str, Any], actor: Actor, mask: bool) -> dict[str, dict[str, Any]]:
    """Set fields and check the row (not saved); {field: {"from": …, "to": …}} of what changed, fit for JSON."""
    kind = kinds[row.case.kind_id]
    unknown = set(values) - set(field_names(kind))
    if unknown:
        raise UnknownFields(fields=", ".join(sorted(unknown)), known=", ".join(field_names(kind)))
    changed = {}
    for name, value in values.items():
        field = cast("models.Field[Any, Any]", kind.detail._meta.get_field(name))
        before = field.value_from_object(row)
        setattr(row, name, taken(field, value, actor, mask))
        after = field.value_from_object(row)
        if before != after:
            changed[name] = {"from": plain(before), "to": plain(after)}
    check(row)
    return changed


def check(row: models.Model, only: Collection[str] = ()) -> None:
    """Run the model's own validation (of the fields `only`, if given). DetailRefused with each field's sentence."""
    left_out = {field.name for field in row._meta.fields if field.name not in only} if only else {"case"}
    try:
        row.full_clean(exclude=left_out, validate_unique=False)
    except ValidationError as fault:
        errors = {_label(row, name): " ".join(said) for name, said in fault.message_dict.items()}
        summary = " ".join(f"{label}: {said}" if label else said for label, said in errors.items())
        raise DetailRefused(summary=summary, errors=fault.message_dict) from fault


def plain(value: Any) -> Any:
    """A field's value as it goes into JSON."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    try:
        return DjangoJSONEncoder().default(value)
    except TypeError:
        return str(value)


def is_free_text(field: models.Field[Any, Any]) -> bool:
    """True for fields in which people write sentences."""
    if isinstance(field, models.TextField):
        return True
    return isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) >= FREE_TEXT_FROM


def taken(field: Any, value: Any, actor: Actor, mask: bool) -> Any:
    """The value as the field keeps it: a string of a form becomes a number, free text is scanned, keys find rows."""
    if isinstance(value, str) and is_free_text(field):
        return clean(value, actor, mask)
    if isinstance(field, models.ForeignKey):
        if value is None or isinstance(value, models.Model):
            return value
        return field.related_model._default_manager.filter(pk=value).first()
    if value == "" and field.null:
        return None
    try:
        return field.to_python(value)
    except ValidationError as fault:
        raise DetailRefused(
            summary=f"{field.verbose_name}: {' '.join(fault.messages)}", errors={field.name: fault.messages}
        ) from fault


def _label(row: models.Model, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name) if name != "__all__" else ""  # type: ignore[union-attr]
