"""What a file really is, by its first bytes; its name and the sender's word count for nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import puremagic

from linli.files.refusals import KindNotTaken

# Kind of content → (media type, extension under which it is given out).
TAKEN = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "audio/mpeg": "mp3",
    "audio/wave": "wav",
    "video/mp4": "mp4",
}
PICTURES = ("image/jpeg", "image/png", "image/webp")
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def sniff(path: Path, name: str) -> str:
    """The media type of the file at `path`. KindNotTaken for anything that is not kept (also office with macros)."""
    found = [match.mime_type for match in puremagic.magic_file(path) if match.mime_type in TAKEN]
    if any(TAKEN[kind] in ("docx", "xlsx") for kind in found):
        found = _office(path)
    if not found:
        raise KindNotTaken(name=name, known=" ".join(sorted(TAKEN.values())))
    return found[0]


def _office(path: Path) -> list[str]:
    """A zip is what lies in it; one with macros is nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return []
    if any(name.endswith("vbaProject.bin") for name in names):
        return []
    extensions = {extension for inside, extension in _OFFICE.items() if inside in names}
    return [kind for kind, extension in TAKEN.items() if extension in extensions]
