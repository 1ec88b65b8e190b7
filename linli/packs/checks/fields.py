"""E031–E033: names of fields in forms, needs, summaries, columns and filters."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from linli.cases.declarations import CaseKind
from linli.packs.checks.finding import Finding, error, nearest
from linli.packs.registry import packs

SUMMARY = 2


def unknown_fields() -> Iterator[Finding]:
    """E031, E032: a form, public or summary field, a need, a column or a filter that names no field of its model."""
    for pack in packs:
        for kind in pack.kinds:
            for place, name in _named(kind):
                yield from _path(kind.detail, name, f"{kind.key}: {place}", pack.key)
        for spec in pack.lists:
            model = spec.rows().model
            for column in spec.columns:
                if column.path:
                    yield from _path(model, column.path, f"{spec.key}: column «{column.name}»", pack.key)
            for item in spec.filters:
                yield from _path(model, item.path, f"{spec.key}: filter «{item.name}»", pack.key)


def long_summaries() -> Iterator[Finding]:
    """E033: a list that mixes kinds has room for two fields of each."""
    for pack in packs:
        for kind in pack.kinds:
            if len(kind.summary) > SUMMARY:
                what = f"{kind.key}: the summary has {len(kind.summary)} fields; there is room for {SUMMARY}"
                yield error("packs.E033", what, "Keep the two that tell one case from another.", pack.key)


def _named(kind: CaseKind) -> Iterator[tuple[str, str]]:
    for part in ("form", "public", "summary"):
        for name in getattr(kind, part):
            yield part, name
    for transition in kind.workflow.transitions:
        for need in transition.needs:
            if need.what == "field":
                yield f"a need of transition «{transition.key}»", need.name


def _path(model: type[Model], path: str, where: str, pack: str) -> Iterator[Finding]:
    """Walk `a__b__c` over relations; the last part may be a lookup of a JSON or tree field, so one step is enough."""
    known = {field.name for field in model._meta.get_fields()} | {"pk"}
    head, _, rest = path.partition("__")
    try:
        field = model._meta.pk if head == "pk" else model._meta.get_field(head)
    except FieldDoesNotExist:
        yield error(
            "packs.E031", f"{where} names «{head}», which {model.__name__} does not have", nearest(head, known), pack
        )
        return
    if field.one_to_many or field.many_to_many:
        yield error("packs.E032", f"{where} crosses to many rows at «{head}»", "Annotate a count instead.", pack)
    elif rest and field.is_relation and isinstance(field.related_model, type):
        yield from _path(field.related_model, rest, where, pack)
