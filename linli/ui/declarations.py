"""What a room or a pack declares about its lists and its places in the menu. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet

Lookup = Literal["is", "any_of", "between", "contains", "under_area", "is_empty"]
Show = Literal["text", "number", "moment", "day", "priority", "pill", "clock", "mono", "yes_no"]
Room = Literal["desk", "work", "places", "devices", "programme", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `path` is a field path (`premises__name`) or, with `value`, computed from the row.

    `show` says how it is drawn; `sub` names another column whose text stands under this one; `sort` allows
    sorting by `path`; `disclose` is the purpose needed when the value is personal (then it is never exported
    and never in the list API). `reads` are paths that `value` and `tone` need, so that one query fetches them.
    """

    name: str
    label: Any
    path: str = ""
    value: Callable[[Any], Any] | None = None
    show: Show = "text"
    tone: Callable[[Any], str] | None = None
    sub: str = ""
    shown: bool = True
    sort: bool = False
    unit: Any = ""
    disclose: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter; `name` stands in the address, `path` is the field. `choices` may be a callable of no argument."""

    name: str
    path: str
    label: Any
    lookup: Lookup = "is"
    choices: tuple[tuple[Any, Any], ...] | Callable[[], Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view that comes with the list: `query` is what stands behind ? in the address."""

    key: str
    label: Any
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """Something done to chosen rows by POST to the route `to`; rows say by `can` which acts they are ready for."""

    key: str
    label: Any
    to: str
    refusal: Any = ""
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """One list, from which table, filters, map, board, export, saved views and API are made.

    `rows` gives the rows the reader may see (row-level security does the rest). `order` ends with a unique
    field or the primary key is added. `point` is "lng,lat" (two field paths) for map and GeoJSON; `board` names
    the filter by whose choices the board is grouped; `href` and `peek` give a row's address and its peek pane;
    `can` names the bulk acts a row is ready for; `title` names the row on map and board; `mark` adds properties to
    its point on the map; `prepare` fetches in bulk what computed columns need; `live` is the stream after whose
    events the page is read anew; `search` are the paths that the search field looks in;
    `make` is the route (with `make_args`) of the button `make_label` on top, for `make_posts` (none = every reader).
    """

    key: str
    label: Any
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ("-pk",)
    point: str = ""
    board: str = ""
    noun: Any = ""
    title: Callable[[Any], str] = str
    href: Callable[[Any], str] | None = None
    peek: Callable[[Any], str] | None = None
    priority: Callable[[Any], int] | None = None
    can: Callable[[Any], tuple[str, ...]] | None = None
    bulk: tuple[BulkAct, ...] = ()
    views: tuple[View, ...] = ()
    posts: tuple[str, ...] = ("*",)
    empty: Any = ""
    search: tuple[str, ...] = ()
    live: str = ""
    mark: Callable[[Any], Mapping[str, Any]] | None = None
    related: tuple[str, ...] = ()
    prepare: Callable[[list[Any]], None] | None = None
    make: str = ""
    make_args: tuple[str, ...] = ()
    make_label: Any = ""
    make_posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the menu: in which room, to which list (key) or route (name), for which posts (none = any)."""

    label: Any
    room: Room
    to: str
    posts: tuple[str, ...] = ()
    icon: str = ""

    @property
    def key(self) -> str:
        """Room and target: unique in the menu."""
        return f"{self.room}:{self.to}"
