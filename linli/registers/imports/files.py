"""Files that go out: the empty template of a spreadsheet, and the rows to correct with the reason beside them."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from linli.registers.declarations import ImportSpec
from linli.registers.models import ImportRow, ImportRun

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(spec: ImportSpec) -> bytes:
    """An XLSX with the headings, the required ones bold, every column as text, and one row of examples."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for place, column in enumerate(spec.columns, 1):
        cell = sheet.cell(1, place, column.headings[0])
        cell.font = Font(bold=column.required)
        sheet.cell(2, place, column.example)
        for row in range(1, 202):
            sheet.cell(row, place).number_format = "@"
    return _bytes(book)


def rows_to_correct(run: ImportRun) -> bytes:
    """The refused rows as they stood, in the file's own columns, and what to correct in one more."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([*run.headings, _("what to correct")])
    for row in run.rows.filter(outcome=ImportRow.Outcome.WRONG).order_by("line").iterator(chunk_size=2000):
        reasons = "；".join(f"{fault['heading']}：{fault['sentence']}" for fault in row.errors)
        sheet.append([*(_plain(cell) for cell in row.cells), reasons])
    return _bytes(book)


def _plain(cell: str) -> str:
    """A cell that begins like a formula is written as text: a spreadsheet would run it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
