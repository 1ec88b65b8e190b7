"""What a pack declares to the registers: types of asset and spreadsheets that can be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetType:
    """A type of asset; `supervision`: silent for longer = late (its protocol's file says how many misses)."""

    key: str
    label: Any
    supervision: timedelta | None = None
    settings: type[BaseModel] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportColumn:
    """One column of a spreadsheet: its headings in the file's own words (Chinese first), and the reader of a cell.

    `read(text) -> value` raises ValueError with a translated sentence when the cell cannot be used; an empty cell of
    a column that is not `required` is not read and changes nothing. `example` stands in the template.
    """

    name: str
    headings: tuple[str, ...]
    label: Any
    read: Callable[[str], Any] = str
    required: bool = True
    example: str = ""


@dataclass(slots=True)
class RowInHand:
    """A row while it is read: `values` by column name, what was found wrong, and the model fields that come of it.

    `new` = fields for a thing that is not registered yet, where the row says nothing; `said` goes into provenance.
    """

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def fault(self, column: str, sentence: str) -> None:
        """Say what is wrong with a cell; the first thing said stands."""
        self.faults.setdefault(column, sentence)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSpec:
    """A spreadsheet that can be taken in. `match` = natural key, as fields of `model`.

    `prepare(rows)` turns the values of up to 1,000 rows into `row.fields` (field name → value) by a fixed number of
    queries, and says by `row.fault` what does not fit. `after` gets each thing made or changed with its row, in the
    same transaction, for what a pack keeps beside it; `before_removal` the things that an undo is about to remove.
    """

    key: str
    label: Any
    model: type[Any]
    columns: tuple[ImportColumn, ...]
    match: tuple[str, ...]
    prepare: Callable[[Sequence[RowInHand]], None]
    posts: tuple[str, ...]
    after: Callable[[Sequence[tuple[Any, RowInHand]]], None] | None = None
    before_removal: Callable[[Sequence[Any]], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A block that another room or a pack puts on the page of a thing.

    `facts(thing, actor)` fills the template (None = no block for this thing); `types` = asset types it is for.
    """

    key: str
    thing: Literal["organisation", "premises", "asset"]
    template: str
    facts: Callable[[Any, Any], dict[str, Any] | None]
    posts: tuple[str, ...] = ("*",)
    types: tuple[str, ...] = ()
