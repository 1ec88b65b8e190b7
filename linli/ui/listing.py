"""One list as asked for by an address: filters, order, columns, page, chips, and what was dropped from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from linli.areas.tree import load_tree
from linli.ui.declarations import Column, Filter, ListSpec
from linli.ui.filters import SEARCH, KitFilterSet, choices_of, filterset, names_of
from linli.ui.paging import Page, page
from linli.ui.paths import relations_of

PAGE = 50
COUNTED = 1000
OWN = {"order", "columns", "show", "after", "before", "view", "keys", "format"}
PATIENCE_MS = 1500


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force: what it is called, its value in words, and the address without it."""

    name: str
    label: Any
    value: str
    without: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A filter value that could not be read: the same sentence for page and API."""

    name: str
    label: Any
    sentence: str


@dataclass(slots=True)
class Listing:
    """A ListSpec together with one address. Reads nothing until asked."""

    spec: ListSpec
    query: QueryDict
    faults: list[Fault] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    _set: KitFilterSet | None = None

    def __post_init__(self) -> None:
        self._drop_unknown()
        self._set = filterset(self.spec, self.query, self.spec.rows())
        self._set.form.is_valid()
        for name, errors in self._set.form.errors.items():
            label = self._set.form.fields[name].label if name in self._set.form.fields else name
            self.faults += [Fault(name, label, f"{label}: {error}") for error in errors]

    def _drop_unknown(self) -> None:
        """Take out of the address what this list does not know, and remember it."""
        query = self.query.copy()
        known = names_of(self.spec) | OWN
        self.dropped = sorted(name for name in query if name not in known)
        for name in self.dropped:
            del query[name]
        asked = query.get("order", "").lstrip("-")
        if asked and not any(column.name == asked and column.sort for column in self.spec.columns):
            self.dropped.append(f"order={query.pop('order')[0]}")
        names = {column.name for column in self.spec.columns}
        columns = [name for name in query.get("columns", "").split(",") if name]
        self.dropped += [f"columns={name}" for name in columns if name not in names]
        if columns:
            query["columns"] = ",".join(name for name in columns if name in names)
        self.query = query

    @property
    def form(self) -> Any:
        """The bound form of all filters, for the filter pane."""
        assert self._set is not None
        return self._set.form

    def _asked_columns(self) -> list[str]:
        return [name for name in self.query.get("columns", "").split(",") if name]

    @property
    def columns(self) -> list[Column]:
        """The columns shown: those asked for, in that order, else the list's own."""
        asked = self._asked_columns()
        if asked:
            by_name = {column.name: column for column in self.spec.columns}
            chosen = [by_name[name] for name in asked if name in by_name]
            if chosen:
                return chosen
        return [column for column in self.spec.columns if column.shown]

    @property
    def order(self) -> tuple[str, ...]:
        """Field paths: the column asked for, else the list's own order."""
        asked = self.query.get("order", "")
        for column in self.spec.columns:
            if column.sort and column.name == asked.lstrip("-"):
                return (("-" if asked.startswith("-") else "") + column.path,)
        return self.spec.order

    def rows(self, columns: Sequence[Column] | None = None) -> QuerySet[Any]:
        """The filtered rows, not yet ordered, with the relations of `columns` fetched in the same query."""
        assert self._set is not None
        rows = self._set.applied()
        relations = set(self.spec.related)
        for column in self.columns if columns is None else columns:
            for path in (column.path, *column.reads):
                relations.add(relations_of(rows.model, path) if path else "")
        wanted = sorted(relations - {""})
        return rows.select_related(*wanted) if wanted else rows

    def page(self, size: int = PAGE) -> Page:
        """The page the address asks for, its rows prepared. Raises PageLost for a mark of another order."""
        subs = [column for column in self.spec.columns if column.name in {shown.sub for shown in self.columns}]
        found = page(
            self.rows([*self.columns, *subs]),
            self.order,
            size,
            self.query.get("after", ""),
            self.query.get("before", ""),
        )
        return replace(found, rows=prepared(self.spec, found.rows))

    def count(self) -> int | None:
        """How many rows there are, up to COUNTED + 1; None when the database takes too long to say."""
        assert self._set is not None
        rows = self._set.applied().order_by()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
                number = rows[: COUNTED + 1].count()
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
            return number
        except OperationalError as fault:
            if isinstance(fault.__cause__, QueryCanceled):
                return None
            raise

    def chips(self) -> list[Chip]:
        """The filters in force, in the order of the declaration."""
        chips = [chip for one in self.spec.filters for chip in self._chips_of(one)]
        if self.query.get(SEARCH) and self.spec.search:
            chips.append(Chip(SEARCH, _("Search"), self.query.get(SEARCH, ""), self.address(**{SEARCH: None})))
        return chips

    def _chips_of(self, one: Filter) -> list[Chip]:
        wrong = {fault.name: fault.sentence for fault in self.faults}
        if one.lookup == "between":
            ends = [(f"{one.name}_from", "≥ {}"), (f"{one.name}_to", "≤ {}")]
            return [
                Chip(
                    name,
                    one.label,
                    form.format(self.query.get(name)),
                    self.address(**{name: None}),
                    wrong.get(name, ""),
                )
                for name, form in ends
                if self.query.get(name)
            ]
        values = [value for value in self.query.getlist(one.name) if value]
        if not values:
            return []
        if one.lookup == "under_area":
            words = {value: load_tree().name(value) for value in values}
        else:
            words = {str(value): str(label) for value, label in choices_of(self.spec, one)}
        words |= {"true": _("yes"), "false": _("no")} if not words else {}
        text = "、".join(words.get(value, value) for value in values)
        return [Chip(one.name, one.label, text, self.address(**{one.name: None}), wrong.get(one.name, ""))]

    def address(self, **changes: Any) -> str:
        """This address as `?…` with some names changed or taken away (None); paging marks never stay."""
        query = self.query.copy()
        for name in ("after", "before", "keys", "format"):
            query.pop(name, None)
        for name, values in list(query.lists()):
            if not any(values):
                del query[name]
        for name, value in changes.items():
            query.pop(name, None)
            if isinstance(value, list):
                query.setlist(name, value)
            elif value is not None:
                query[name] = value
        return f"?{query.urlencode()}"

    def in_words(self) -> str:
        """The filters in one line, for the first line of an export and the head of a print."""
        return " · ".join(f"{chip.label}={chip.value}" for chip in self.chips()) or _("all")


def prepared(spec: ListSpec, rows: list[Any]) -> list[Any]:
    """Let the list fetch in bulk what its computed columns need (clocks, typed details): no query per row."""
    if spec.prepare and rows:
        spec.prepare(rows)
    return rows
