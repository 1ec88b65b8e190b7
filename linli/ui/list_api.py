"""The API of a list: the same filters, the same sentences, the same rows; a wrong value is a 422."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, DateField, DateTimeField, FloatField, IntegerField
from django.http import HttpRequest, QueryDict
from ninja import Router, Schema
from pydantic import create_model

from linli.accounts.actor import Actor
from linli.base.refusal import NotYours, Refusal
from linli.ui.cells import text_of, value_of
from linli.ui.clocks import ClockFace
from linli.ui.declarations import Column, ListSpec
from linli.ui.filters import names_of
from linli.ui.listing import PAGE, Listing, prepared
from linli.ui.paths import plain_field, value_at
from linli.ui.registry import lists

AT_MOST = 200


class FilterUnreadable(Refusal):
    """A filter value cannot be read; the sentence is the one the page shows."""

    code = "ui.filter_unreadable"
    sentence = "{sentences}"
    status = 422


def _type_of(model: Any, column: Column) -> Any:
    field = None if column.value else plain_field(model, column.path)
    for kind, made in (
        (DateTimeField, datetime),
        (DateField, date),
        (BooleanField, bool),
        (IntegerField, int),
        (FloatField, float),
    ):
        if isinstance(field, kind):
            return made | None
    return Any


def _plain(value: Any) -> Any:
    if isinstance(value, ClockFace):
        facts = {"label": str(value.label), "started_at": value.started_at, "due_at": value.due_at}
        return facts | {"stopped_at": value.stopped_at, "paused_at": value.paused_at}
    return value if isinstance(value, int | float | bool | date | list | dict | None) else text_of(value)


def _item(row: Any, columns: list[Column]) -> dict[str, Any]:
    item: dict[str, Any] = {"id": str(row.pk)}
    for column in columns:
        item[column.name] = _plain(value_of(row, column) if column.value else value_at(row, column.path))
    return item


def schema_of(spec: ListSpec) -> type[Schema]:
    """The answer's model: one field for each column that is not personal."""
    model = spec.rows().model
    fields: dict[str, Any] = {"id": (str, ...)}
    fields |= {c.name: (_type_of(model, c), None) for c in spec.columns if not c.disclose}
    name = "".join(part.title() for part in spec.key.replace(".", "_").split("_"))
    row = create_model(f"{name}Row", __base__=Schema, **fields)
    page: dict[str, Any] = {"items": (list[row], ...), "next": (str, ""), "dropped": (list[str], [])}  # type: ignore[valid-type]
    return create_model(f"{name}Page", __base__=Schema, **page)


def read(spec: ListSpec, actor: Actor, query: QueryDict) -> dict[str, Any]:
    """One page of the list for the API. Raises NotYours, FilterUnreadable, PageLost."""
    if spec.posts != ("*",) and actor.post not in spec.posts:
        raise NotYours(posts=", ".join(spec.posts))
    asked = query.get("limit", "")
    size = min(AT_MOST, max(1, int(asked))) if asked.isdigit() else PAGE
    known = query.copy()
    known.pop("limit", None)
    columns = [column for column in spec.columns if not column.disclose]
    with actor.sees():
        listing = Listing(spec, known)
        if listing.faults:
            raise FilterUnreadable(sentences=" ".join(fault.sentence for fault in listing.faults))
        found = listing.page(size)
        items = [_item(row, columns) for row in prepared(spec, found.rows)]
    return {"items": items, "next": found.after, "dropped": listing.dropped}


def router_for(spec: ListSpec) -> Router:
    """`GET /` of one list, with its filters as parameters in the documentation."""
    router = Router(tags=["lists"])
    parameters = [{"in": "query", "name": name, "schema": {"type": "string"}} for name in sorted(names_of(spec))]
    parameters += [{"in": "query", "name": name, "schema": {"type": "string"}} for name in ("order", "after", "limit")]

    @router.get("", response=schema_of(spec), url_name=f"list-{spec.key}", openapi_extra={"parameters": parameters})
    def operation(request: HttpRequest) -> dict[str, Any]:
        return read(spec, request.auth, request.GET)  # type: ignore[attr-defined]

    operation.__doc__ = str(spec.label)
    operation.posts = spec.posts  # type: ignore[attr-defined]  # judged in `read`
    return router


def routers() -> list[tuple[str, Router]]:
    """(address, router) of every declared list, for `/api/v1/lists/<key>`."""
    return [(f"/lists/{spec.key}", router_for(spec)) for spec in lists]
