"""Field types of PostgreSQL that Django does not bring: label trees, with their lookups."""

from __future__ import annotations

from typing import Any

from django.db import models


class LtreeField(models.Field):
    """A path in a tree (PostgreSQL ltree), as text `34.3417.341702`.

    Lookups: `path__under=p` (p itself or below), `path__above=p` (p itself or above),
    `path__under_any=[p, q]`.
    """

    description = "label tree path"

    def db_type(self, connection: Any) -> str:
        return "ltree"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else str(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return super().formfield(**{"form_class": forms.CharField, **kwargs})


class _TreeLookup(models.Lookup):
    operator = ""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} {right}::ltree", [*left_values, *right_values]


@LtreeField.register_lookup
class Under(_TreeLookup):
    """The path itself or one below it."""

    lookup_name = "under"
    operator = "<@"


@LtreeField.register_lookup
class Above(_TreeLookup):
    """The path itself or one above it."""

    lookup_name = "above"
    operator = "@>"


@LtreeField.register_lookup
class UnderAny(models.Lookup):
    """At or below any of a list of paths."""

    lookup_name = "under_any"

    def get_prep_lookup(self) -> list[str]:
        return [str(item) for item in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_values = self.process_lhs(compiler, connection)
        return f"{left} <@ ANY(%s::ltree[])", [*left_values, self.rhs]
