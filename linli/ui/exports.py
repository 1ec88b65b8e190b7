"""CSV, XLSX and GeoJSON of a list: streamed, with the filter on the first line, and never a personal column.

Every export opens its own transaction with the reader's sight, since a stream runs after its view has ended.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.refusal import Refusal
from linli.ui.cells import text_of, value_of
from linli.ui.declarations import Column
from linli.ui.listing import Listing, prepared
from linli.ui.paths import plain_field, value_at

CHUNK = 2000
SHEET_ROWS = 1_048_000
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}


class NotExported(Refusal):
    """The list does not go into this form."""

    code = "ui.not_exported"
    sentence = _("This list does not go into a file of this form. Choose CSV, or filter to fewer rows.")
    status = 400


def columns_of(listing: Listing) -> list[Column]:
    """What may leave the house: the columns shown, without those that need a purpose."""
    return [column for column in listing.columns if not column.disclose]


def file_name(listing: Listing, form: str) -> str:
    """`演示-联网报警-20260520-0830.csv`; the prefix in demo mode."""
    mark = "演示-" if settings.DEMO else ""
    return f"{mark}{listing.spec.label}-{clock.local(clock.now()):%Y%m%d-%H%M}.{form}"


def head_of(listing: Listing) -> str:
    """The first line: list, filter, moment, whether it is demo data."""
    parts = [str(listing.spec.label), listing.in_words(), text_of(clock.now())]
    return " | ".join([*parts, "演示数据 · Demo data"] if settings.DEMO else parts)


def export(request: HttpRequest, listing: Listing, form: str, actor: Actor) -> HttpResponseBase:
    """The list as a file. Raises NotExported for an unknown form, or for GeoJSON of a list without places."""
    if form not in FORMATS or (form == "geojson" and not listing.spec.point):
        raise NotExported(form=form)
    response: HttpResponseBase
    if form == "xlsx":
        response = FileResponse(_workbook(listing, actor), filename=file_name(listing, form), as_attachment=True)
    else:
        pieces = (_csv if form == "csv" else _geojson)(listing, actor)
        stream = _in_background(pieces) if isinstance(request, ASGIRequest) else pieces
        response = StreamingHttpResponse(stream)
        response.headers["Content-Disposition"] = _attachment(file_name(listing, form))
    response.headers["Content-Type"] = FORMATS[form]
    if settings.DEMO:
        response.headers["Linli-Data"] = "demo"
    return response


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or ""


async def _in_background(pieces: Iterator[str]) -> Any:
    """The same pieces, each made in the request's own thread and language."""
    language = get_language() or settings.LANGUAGE_CODE

    def step() -> str | None:
        with override(language):
            return next(pieces, None)

    while (piece := await sync_to_async(step)()) is not None:
        yield piece


def _fetched(listing: Listing, columns: list[Column], actor: Actor) -> Iterator[Any]:
    """Every row with what its columns need; in chunks, so that a million rows pass through little memory."""
    with actor.sees():
        rows = listing.rows(columns).order_by(*listing.order, "pk")
        chunk: list[Any] = []
        for row in rows.iterator(chunk_size=CHUNK):
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield from prepared(listing.spec, chunk)
                chunk = []
        yield from prepared(listing.spec, chunk)


def _table(listing: Listing, actor: Actor) -> Iterator[list[Any]]:
    """The values of every row. Plain columns are read without building model instances (ten times faster)."""
    columns = columns_of(listing)
    model = listing.spec.rows().model
    fields = [None if column.value else plain_field(model, column.path) for column in columns]
    if listing.spec.prepare is None and all(fields):
        labels = [dict(field.flatchoices) if field and field.choices else {} for field in fields]
        with actor.sees():
            rows = listing.rows(()).order_by(*listing.order, "pk").values_list(*(column.path for column in columns))
            for values in rows.iterator(chunk_size=CHUNK):
                yield [names.get(value, value) for names, value in zip(labels, values, strict=True)]
        return
    for row in _fetched(listing, columns, actor):
        yield [value_of(row, column) for column in columns]


def guarded(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (a cell that begins with = + - @ or a control sign)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(listing: Listing, actor: Actor) -> Iterator[str]:
    writer = csv.writer(_Echo())
    header = [str(column.label) for column in columns_of(listing)]
    # The byte-order mark lets spreadsheets read Chinese.
    yield "\ufeff" + writer.writerow([head_of(listing)])
    yield writer.writerow(header)
    lines: list[str] = []
    for values in _table(listing, actor):
        lines.append(writer.writerow([_cell(value) for value in values]))
        if len(lines) == 500:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else guarded(text_of(value))


def _workbook(listing: Listing, actor: Actor) -> IO[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(listing.spec.label)[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    header: Iterable[list[Any]] = ([head_of(listing)], [str(column.label) for column in columns_of(listing)])
    for number, values in enumerate(chain(header, _table(listing, actor))):
        if number > SHEET_ROWS:
            raise NotExported(form="xlsx")
        sheet.append([_sheet_cell(sheet, value) for value in values])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet_cell(sheet: Any, value: Any) -> Any:
    plain = _cell(value)
    if isinstance(plain, str) and plain:
        # Said to be text, so that neither a formula nor a long number is made of it.
        cell = WriteOnlyCell(sheet, value=text_of(value))
        cell.data_type = "s"
        return cell
    return plain


def _geojson(listing: Listing, actor: Actor) -> Iterator[str]:
    columns = columns_of(listing)
    about = json.dumps({"about": head_of(listing), "demo": settings.DEMO}, ensure_ascii=False)
    yield '{"type":"FeatureCollection","linli":' + about + ',"features":[\n'
    first = True
    for row in _fetched(listing, columns, actor):
        feature = feature_of(listing, row, {c.name: _json(value_of(row, c)) for c in columns})
        if feature:
            yield ("" if first else ",\n") + json.dumps(feature, ensure_ascii=False)
            first = False
    yield "\n]}\n"


def _json(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | None) else text_of(value)


def feature_of(listing: Listing, row: Any, properties: dict[str, Any]) -> dict[str, Any] | None:
    """The row as a GeoJSON feature (WGS-84, longitude first); None when it has no place."""
    lng, lat = (value_at(row, path.strip()) for path in listing.spec.point.split(","))
    if lng is None or lat is None:
        return None
    point = {"type": "Point", "coordinates": [lng, lat]}
    return {"type": "Feature", "id": str(row.pk), "geometry": point, "properties": properties}
