"""Taking a file in: measured, hashed, sniffed, scanned; on the disk for good before its row is written.

Content lies under its SHA-256, so the same file sent twice lies there once. A transaction that is rolled back leaves
content without a row, which does no harm.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

from linli.base import clock
from linli.base.ids import uuid7
from linli.files import pictures
from linli.files.models import StoredFile
from linli.files.refusals import Damaged, EmptyFile, Infected, ScannerSilent, TooLarge
from linli.files.sniffing import PICTURES, sniff

SCAN_SECONDS = 60


class Incoming(Protocol):
    """What an upload must be: a name, and its content piece by piece (Django's UploadedFile is one)."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """The content, in order."""


def store(upload: Incoming, by: UUID | None = None, expected: str = "") -> StoredFile:
    """Keep a file and return its row. `expected`: the SHA-256 (hexadecimal) the sender computed.

    Raises EmptyFile, TooLarge, Damaged, KindNotTaken, PictureBroken, Infected, ScannerSilent; then nothing is kept.
    """
    name = Path(upload.name or "").name[:200]
    with _received(upload, name) as (path, digest, size):
        if expected and digest.hex() != expected.lower():
            raise Damaged(name=name)
        kind = sniff(path, name)
        _scan(path, name)
        taken = pictures.Taken()
        public = ""
        if kind in PICTURES:
            taken = pictures.read(path, name)
            public = _public(path, digest)
        return StoredFile.objects.create(
            name=name,
            media_type=kind,
            size=size,
            digest=digest,
            path=_keep(path, digest, ""),
            public_path=public,
            lng=taken.lng,
            lat=taken.lat,
            taken_at=taken.at,
            stored_at=clock.now(),
            stored_by=by,
        )


def content(file: StoredFile, public: bool = False) -> Path:
    """Where the original lies, or the copy without place and time."""
    return settings.MEDIA_ROOT / (file.public_path if public else file.path)


@contextmanager
def _received(upload: Incoming, name: str) -> Iterator[tuple[Path, bytes, int]]:
    """The content in a file of its own, its digest and length; the file is gone afterwards."""
    folder = settings.MEDIA_ROOT / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid7().hex
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            for piece in upload.chunks():
                size += len(piece)
                if size > settings.FILE_LIMIT_MB * 1_000_000:
                    raise TooLarge(name=name, limit=settings.FILE_LIMIT_MB)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise EmptyFile(name=name)
        yield path, digest.digest(), size
    finally:
        path.unlink(missing_ok=True)


def _public(path: Path, digest: bytes) -> str:
    copy = path.with_suffix(".public")
    try:
        pictures.public_copy(path, copy)
        return _keep(copy, digest, "-public.jpg")
    finally:
        copy.unlink(missing_ok=True)


def _keep(path: Path, digest: bytes, suffix: str) -> str:
    """Move into place under the digest; the name relative to the folder of files."""
    name = f"{digest.hex()[:2]}/{digest.hex()}{suffix}"
    target = settings.MEDIA_ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    target.chmod(0o600)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


def _scan(path: Path, name: str) -> None:
    """Run the scanner of the setting FILE_SCAN_COMMAND with the path behind it: 0 is clean, 1 is infected."""
    if not settings.FILE_SCAN_COMMAND:
        return
    try:
        done = subprocess.run([*settings.FILE_SCAN_COMMAND, str(path)], capture_output=True, timeout=SCAN_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ScannerSilent(name=name) from fault
    if done.returncode == 1:
        raise Infected(name=name)
    if done.returncode:
        raise ScannerSilent(name=name)
