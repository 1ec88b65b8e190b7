"""The pages of every list: table, map, board, peek, counts, export, saved views."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from linli.accounts.actor import Actor
from linli.base.refusal import NotFound, NotYours
from linli.ui import cells, exports, views_saved
from linli.ui.declarations import Column, ListSpec
from linli.ui.filters import choices_of
from linli.ui.listing import COUNTED, Listing, prepared
from linli.ui.paths import value_at
from linli.ui.registry import lists

ON_MAP = 5000
ON_BOARD = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the table draws it: cells are (column, HTML, HTML of the line under it, whether it is empty)."""

    key: str
    title: str
    href: str
    peek: str
    priority: int | None
    can: str
    cells: list[tuple[Column, Any, Any, bool]]


def spec_for(request: HttpRequest, key: str) -> tuple[ListSpec, Actor]:
    """The list and the reader. NotFound when no pack declares it, NotYours when his post does not read it."""
    spec, actor = lists.get(key), request.actor  # type: ignore[attr-defined]
    if spec is None:
        raise NotFound()
    if spec.posts != ("*",) and actor.post not in spec.posts:
        raise NotYours(posts=", ".join(spec.posts))
    return spec, actor


def row_of(listing: Listing, row: Any) -> Row:
    """A fetched row ready for the template."""
    spec = listing.spec
    by_name = {column.name: column for column in spec.columns}
    drawn = [
        (
            column,
            cells.html_of(row, column),
            cells.html_of(row, by_name[column.sub]) if column.sub else "",
            cells.is_empty(row, column),
        )
        for column in listing.columns
    ]
    return Row(
        key=str(row.pk),
        title=spec.title(row),
        href=spec.href(row) if spec.href else "",
        peek=spec.peek(row) if spec.peek else reverse("ui:peek", args=[spec.key, row.pk]),
        priority=spec.priority(row) if spec.priority else None,
        can=" ".join(spec.can(row)) if spec.can else "",
        cells=drawn,
    )


def page(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /lists/<key>/`: the list as table, map or board."""
    spec, actor = spec_for(request, key)
    listing = Listing(spec, request.GET)
    show = request.GET.get("show", "table")
    facts: dict[str, Any] = {
        "spec": spec,
        "listing": listing,
        "show": show,
        "tabs": views_saved.tabs(spec, actor, request.GET),
        "make": _make(spec, actor),
    }
    if show == "map" and spec.point:
        facts["points"] = reverse("ui:points", args=[key]) + listing.address(show=None)
    elif show == "board" and spec.board:
        facts["board"] = _board(listing)
    else:
        facts |= {"show": "table"} | _table(listing)
    part = request.headers.get("HX-Request") and request.GET.get("format") == "rows"
    return render(request, "ui/list_rows.html" if part else "ui/list.html", facts | _tools(listing))


def _make(spec: ListSpec, actor: Actor) -> str:
    """Where the button on top leads; "" when this reader adds nothing to the list."""
    may = spec.make and (not spec.make_posts or actor.post in spec.make_posts)
    return reverse(spec.make, args=spec.make_args) if may else ""


def _table(listing: Listing) -> dict[str, Any]:
    found = listing.page()
    first = not listing.query.get("after") and not listing.query.get("before")
    known = len(found.rows) if first and not found.after else None
    return {
        "rows": [row_of(listing, row) for row in found.rows],
        "page": found,
        "known": known,
        "after": listing.address(after=found.after) if found.after else "",
        "before": listing.address(before=found.before) if found.before else "",
    }


def _tools(listing: Listing) -> dict[str, Any]:
    spec = listing.spec
    shown = {column.name for column in listing.columns}
    sorts = {c.name: listing.address(order=("-" if listing.order == (c.path,) else "") + c.name) for c in spec.columns}
    return {
        "columns": listing.columns,
        "with_priority": spec.priority is not None,
        "all_columns": [(column, column.name in shown) for column in spec.columns],
        "chips": listing.chips(),
        "sorts": sorts,
        "sorted_by": (listing.order[0].lstrip("-"), listing.order[0].startswith("-")),
        "forms": [form for form in exports.FORMATS if form != "geojson" or spec.point],
        "here": listing.address(),
        "shows": {name: listing.address(show=name) for name in ("table", "map", "board")},
    }


def _board(listing: Listing) -> list[tuple[Any, list[Row]]]:
    """The first rows in order, grouped by the choices of the board's filter; one query."""
    spec = listing.spec
    one = next(each for each in spec.filters if each.name == spec.board)
    groups: dict[Any, list[Row]] = {value: [] for value, _label in choices_of(spec, one)}
    for row in listing.page(ON_BOARD).rows:
        groups.setdefault(value_at(row, one.path), []).append(row_of(listing, row))
    labels = dict(choices_of(spec, one))
    return [(labels.get(value, value), rows) for value, rows in groups.items()]


def points(request: HttpRequest, key: str) -> JsonResponse:
    """`GET /lists/<key>/points`: the places of the filtered rows for the map, the first ON_MAP in order."""
    spec, _actor = spec_for(request, key)
    listing = Listing(spec, request.GET)
    if not spec.point:
        raise NotFound()
    features = []
    for row in listing.page(ON_MAP).rows:
        facts: dict[str, Any] = {
            "label": spec.title(row),
            "key": str(row.pk),
            "href": spec.href(row) if spec.href else "",
        }
        facts |= {"priority": spec.priority(row)} if spec.priority else {}
        feature = exports.feature_of(listing, row, facts | dict(spec.mark(row) if spec.mark else {}))
        if feature:
            features.append(feature)
    return JsonResponse({"type": "FeatureCollection", "features": features})


def peek(request: HttpRequest, key: str, pk: str) -> HttpResponse:
    """`GET /lists/<key>/peek/<pk>`: every column of one row, beside the table."""
    spec, _actor = spec_for(request, key)
    listing = Listing(spec, QueryDict())
    found = _keys(spec, [pk])
    row = listing.rows(spec.columns).filter(pk__in=found).first() if found else None
    if row is None:
        raise NotFound()
    prepared(spec, [row])
    facts = [(column, cells.html_of(row, column)) for column in spec.columns if not column.disclose]
    title, href = spec.title(row), spec.href(row) if spec.href else ""
    level = spec.priority(row) if spec.priority else None
    return render(request, "ui/list_peek.html", {"title": title, "href": href, "facts": facts, "priority": level})


def filters(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /lists/<key>/filters`: the form of all filters, asked for when its pane opens."""
    spec, _actor = spec_for(request, key)
    return render(request, "ui/list_filters.html", {"spec": spec, "listing": Listing(spec, request.GET)})


def counts(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /lists/<key>/counts`: how many rows the list and its views have; asked after the page has come."""
    spec, actor = spec_for(request, key)
    listing = Listing(spec, request.GET)
    made = views_saved.tabs(spec, actor, request.GET)
    numbers = [(tab, in_words(Listing(spec, QueryDict(tab.query)).count())) for tab in made]
    facts = {"spec": spec, "numbers": numbers, "count": in_words(listing.count())}
    return render(request, "ui/list_counts.html", facts)


def in_words(count: int | None) -> str:
    """`22`, `1000+`, `…` when the database would take too long to count."""
    return "…" if count is None else f"{COUNTED}+" if count > COUNTED else str(count)


def export(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """`GET /lists/<key>/export.<form>`: the filtered rows as a file."""
    spec, actor = spec_for(request, key)
    return exports.export(request, Listing(spec, request.GET), form, actor)


@require_POST
def keep_view(request: HttpRequest, key: str) -> HttpResponse:
    """`POST /lists/<key>/views`: keep this address as a view; back to it."""
    spec, actor = spec_for(request, key)
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    if request.POST.get("drop"):
        views_saved.drop(spec, actor, request.POST["drop"])
    else:
        shared = request.POST.get("shared") == "on"
        views_saved.keep(spec, actor, request.POST.get("label", ""), query, shared)
    return HttpResponseRedirect(reverse("ui:list", args=[key]) + f"?{query.urlencode()}")


def chosen(request: HttpRequest, key: str) -> Any:
    """The rows a bulk act was asked for: the ticked ones, or everything the filter finds.

    For the room whose route a `BulkAct` names. Only rows the reader may see; at most COUNTED of them.
    """
    spec, _actor = spec_for(request, key)
    if request.POST.get("everything") == "1":
        return Listing(spec, QueryDict(request.POST.get("query", "").lstrip("?"))).rows()[:COUNTED]
    return spec.rows().filter(pk__in=_keys(spec, request.POST.get("keys", "").split(",")[:COUNTED]))


def _keys(spec: ListSpec, texts: list[str]) -> list[Any]:
    """The primary keys among `texts`; what is none is no row."""
    keys = []
    for text in texts:
        with suppress(ValidationError):
            keys.append(spec.rows().model._meta.pk.to_python(text))
    return keys
