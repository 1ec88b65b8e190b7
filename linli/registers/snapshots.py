"""Fields of a register row as text and back, so that a change can be read, compared and undone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models


def snapshot(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The named fields as JSON values: text, or None, or the JSON of a JSON field."""
    return {name: _text(row, row._meta.get_field(name)) for name in names}


def _text(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    return value if value is None or isinstance(field, models.JSONField) else field.value_to_string(row)


def restore(row: models.Model, values: dict[str, Any]) -> None:
    """Set the fields of a snapshot on a row; the caller saves."""
    for name, text in values.items():
        field: Any = row._meta.get_field(name)
        typed = field.target_field if field.is_relation else field
        plain = text is None or isinstance(field, models.JSONField)
        setattr(row, field.attname, text if plain else typed.to_python(text))
