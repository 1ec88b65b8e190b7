"""What a pack declares to the registers: types of asset and spreadsheets that can be imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model
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
    """One column of a spreadsheet: heading in the file's own words (zh first), field, reader of one cell.

    `read(text) -> value` raises ValueError with a translated sentence when the cell cannot be used.
    """

    name: str
    headings: tuple[str, ...]
    label: Any
    read: Callable[[str], Any] = str
    required: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSpec:
    """A spreadsheet that can be taken in. `match` = natural key; `write(values, run)` writes one row."""

    key: str
    label: Any
    model: type[Model]
    columns: tuple[ImportColumn, ...]
    match: tuple[str, ...]
    write: Callable[..., Any]
    posts: tuple[str, ...] = ()
