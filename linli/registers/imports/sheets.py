"""A file's bytes as rows of text: CSV in the encodings met in China, XLSX by its first sheet with content."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from linli.registers.refusals import FileUnreadable

LONGEST = 200_000  # rows; beyond it a file is split
WIDEST = 200  # columns
ENCODINGS = ("utf-8-sig", "gb18030")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The heading row, and every row below it that has content: (line in the file, its cells as text)."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes, name: str) -> Sheet:
    """Read a file by its content (its name is not believed). Raises FileUnreadable."""
    lines = _xlsx(content) if content.startswith(_ZIP) else _csv(content)
    numbered = ((number, [_clean(cell) for cell in cells]) for number, cells in enumerate(lines, 1))
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise FileUnreadable(reason=_("«{name}» has no row with content.").format(name=name))
    if len(filled) > LONGEST:
        raise FileUnreadable(
            reason=_("«{name}» has {count} rows; one file may have {limit}.").format(
                name=name, count=len(filled), limit=LONGEST
            )
        )
    (_line, headings), rows = filled[0], filled[1:]
    width = len(headings)
    return Sheet(headings, [(line, (cells + [""] * width)[:width]) for line, cells in rows])


def letter(index: int) -> str:
    """The letter by which a spreadsheet names a column: 0 → A."""
    return get_column_letter(index + 1)


def _csv(content: bytes) -> Iterator[list[str]]:
    if b"\x00" in content:
        raise FileUnreadable(reason=_("This is neither a spreadsheet nor a text file."))
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text[:4096]
        mark = max(",;\t，", key=head.count)
        try:
            yield from csv.reader(
                io.StringIO(text.replace("，", ",") if mark == "，" else text, newline=""),
                delimiter="," if mark == "，" else mark,
            )
        except csv.Error as fault:
            raise FileUnreadable(reason=_("The text is no table: {fault}.").format(fault=fault)) from fault
        return
    raise FileUnreadable(reason=_("The characters of the file cannot be read."))


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = [[_cell(value) for value in row[:WIDEST]] for row in sheet.iter_rows(values_only=True)]
            if any(any(row) for row in rows):
                return iter(rows)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as fault:
        raise FileUnreadable(reason=_("The spreadsheet is damaged or protected.")) from fault
    return iter(())


def _cell(value: object) -> str:
    """A cell as its reader would say it: whole numbers without point, days as 2026-05-20."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _clean(cell: str) -> str:
    """Without blanks around and control characters inside; a leading ' (Excel's mark of text) goes."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", cell).strip().strip("\u200b\ufeff\u3000").removeprefix("'")
