"""What the import page shows. The room that imports fills it in and renders `ui/import.html` with it as `preview`.

Steps: choose a file, dry run, correct (may be skipped), import. Until the last nothing is written, and the page
says so. Errors stand at the sheet's own cells, in the file's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from linli.ui.format import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedColumn:
    """A column that is not taken at all: its letter, its heading, and why."""

    letter: str
    heading: str
    why: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorKind:
    """One kind of error: what it is called, what stands behind it, how many rows have it, the address that shows them."""

    label: Any
    note: Any = ""
    count: int
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row of the file around an error: its line, the text of each column, and which of them are wrong."""

    line: int
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellError:
    """An error at a cell (`C211`): what is written there, why it cannot be used, what to do."""

    at: str
    sentence: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """A dry run, or what came of the import (`step` "done"), as the page shows it.

    `run` is the key that the import and the undo are posted with; `errors_file` the address of the wrong rows as a
    file of the same form with one more column; `undo_until` when the whole can still be taken back.
    """

    label: Any
    file_name: str
    step: Literal["preview", "done"] = "preview"
    sheet: str = ""
    seconds: float = 0
    total: int
    new: int = 0
    changed: int = 0
    same: int = 0
    refused_columns: tuple[RefusedColumn, ...] = ()
    kinds: tuple[ErrorKind, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[SheetRow, ...] = ()
    errors: tuple[CellError, ...] = ()
    bad: int = 0
    run: str = ""
    errors_file: str = ""
    post_to: str = ""
    again: str = ""
    undo_until: Any = None

    @property
    def good(self) -> int:
        """Rows that will be, or were, taken in."""
        return self.total - self.bad

    @property
    def bad_share(self) -> str:
        """`2.0 %` of the rows."""
        return percent(self.bad, self.total)
