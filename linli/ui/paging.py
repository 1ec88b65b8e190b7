"""Pages by keyset: the next page begins after the last row seen, by row comparison, however deep one is.

`(a, b) > (x, y)` uses an index on (a, b); OFFSET and the OR form do not. NULL breaks row comparison, so a field that
may be empty is ordered through COALESCE with the greatest value of its type (empty comes last).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal
from linli.ui.paths import field_at

MARK = "_keyset_"
_LAST: tuple[tuple[type[models.Field], Any], ...] = (
    (models.DateTimeField, datetime(9999, 12, 31, tzinfo=UTC)),
    (models.DateField, date(9999, 12, 31)),
    (models.BooleanField, True),
    (models.IntegerField, 2**31 - 1),
    (models.FloatField, float("inf")),
    (models.DecimalField, 10**12),
    (models.CharField, "\U0010ffff"),
    (models.TextField, "\U0010ffff"),
)


class PageLost(Refusal):
    """The mark of a page cannot be read, or belongs to another order."""

    code = "ui.page_lost"
    sentence = _("This page mark belongs to another list or order. Open the list from its first page.")
    status = 400


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page and the marks of its neighbours ("" = there is none)."""

    rows: list[Any]
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class _Key:
    expression: Any
    field: models.Field[Any, Any]


def page(rows: QuerySet[Any], order: tuple[str, ...], size: int, after: str = "", before: str = "") -> Page:
    """The `size` rows behind the mark `after` (or ahead of `before`) in `order`, all of one direction.

    The primary key is added as the last of the order. Raises PageLost when a mark cannot be read.
    """
    descending = order[0].startswith("-")
    keys = [_key(rows, name.lstrip("-")) for name in order]
    if order[-1].lstrip("-") not in ("pk", rows.model._meta.pk.name):
        keys.append(_key(rows, "pk"))
    marked = rows.annotate(**{f"{MARK}{index}": key.expression for index, key in enumerate(keys)})
    backwards = bool(before)
    mark = before or after
    if mark:
        compare = TupleLessThan if descending != backwards else TupleGreaterThan
        marked = marked.filter(compare(Tuple(*(key.expression for key in keys)), _read(mark, keys)))
    names = [f"{MARK}{index}" for index in range(len(keys))]
    marked = marked.order_by(*(f"-{name}" if descending != backwards else name for name in names))
    found = list(marked[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    last = _write(found[-1], names) if found and (backwards or more) else ""
    first = _write(found[0], names) if found and (more if backwards else bool(after)) else ""
    return Page(found, last, first)


def one_direction(order: tuple[str, ...]) -> bool:
    """True when every name of `order` goes the same way: only then one row comparison says it."""
    return len({name.startswith("-") for name in order}) == 1


def _key(rows: QuerySet[Any], path: str) -> _Key:
    try:
        field, nullable = field_at(rows.model, path)
    except FieldDoesNotExist:
        return _Key(F(path), rows.query.annotations[path].output_field)
    field = getattr(field, "target_field", field)
    if isinstance(field, models.GeneratedField):
        field = field.output_field
    if not nullable:
        return _Key(F(path), field)
    last = next((value for kind, value in _LAST if isinstance(field, kind)), None)
    return _Key(F(path) if last is None else Coalesce(F(path), Value(last, output_field=field)), field)


def _write(row: Any, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    plain = [value.isoformat() if isinstance(value, date) else _plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _read(mark: str, keys: list[_Key]) -> tuple[Any, ...]:
    try:
        values = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if len(values) != len(keys):
            raise PageLost()
        return tuple(key.field.to_python(value) for key, value in zip(keys, values, strict=True))
    except (ValueError, TypeError, ValidationError):
        raise PageLost() from None
