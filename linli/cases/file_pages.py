"""Giving files out: the original as a download, the picture without place and time to look at."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header

from linli.base.refusal import NotFound
from linli.files.models import StoredFile
from linli.files.sniffing import TAKEN
from linli.files.storing import content


def original(request: HttpRequest, pk: UUID) -> FileResponse:
    """`GET /files/<id>`: as it was sent, for who sees what it belongs to."""
    file = _visible(pk)
    return _answer(file, public=False)


def picture(request: HttpRequest, pk: UUID) -> FileResponse:
    """`GET /files/<id>/picture`: to look at, without place and time. NotFound for what is no picture."""
    file = _visible(pk)
    if not file.public_path:
        raise NotFound()
    return _answer(file, public=True)


def _visible(pk: UUID) -> StoredFile:
    """Row-level security shows a file when it shows the evidence it is."""
    file = StoredFile.objects.filter(pk=pk).first()
    if file is None:
        raise NotFound()
    return file


def _answer(file: StoredFile, public: bool) -> FileResponse:
    kind = "image/jpeg" if public else file.media_type
    response = FileResponse(content(file, public).open("rb"), content_type=kind)
    name = file.name if public else f"{file.name.rpartition('.')[0] or file.name}.{TAKEN[file.media_type]}"
    response.headers["Content-Disposition"] = content_disposition_header(not public, name) or "attachment"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
