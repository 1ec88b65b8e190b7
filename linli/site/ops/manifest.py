"""What a backup says of itself: counts, ledger root, migrations, the marks of its keys, and a checksum of each file.

linli-20261125T050000Z/  manifest.json  manifest.sha256  database/ (pg_dump, directory form)
                         var/ (files)  secrets.json (by choice)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from linli.site.ops.refusals import BackupDamaged, BackupOfTheFuture, NoBackup
from linli.site.ops.server import Contents

FORM = 1
NAME, SEAL = "manifest.json", "manifest.sha256"
DATABASE, FILES, SECRETS = "database", "var", "secrets.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at` in UTC (ISO 8601); `marks`: a short digest of each key; `checksums`: SHA-256 by path inside it."""

    made_at: str
    postgresql: str
    contents: Contents
    marks: dict[str, str]
    checksums: dict[str, str]
    form: int = FORM

    def write(self, folder: Path) -> None:
        """Write it and its seal, the last files of a backup."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()
        (folder / NAME).write_bytes(text)
        (folder / SEAL).write_text(f"{hashlib.sha256(text).hexdigest()}  {NAME}\n")


def mark(secret: str) -> str:
    """By this a key is recognised; it does not help to guess one of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose every file is as written. NoBackup, BackupOfTheFuture, BackupDamaged."""
    try:
        text, seal = (folder / NAME).read_bytes(), (folder / SEAL).read_text()
    except OSError as fault:
        raise NoBackup(folder=folder) from fault
    if hashlib.sha256(text).hexdigest() != seal.partition(" ")[0]:
        raise BackupDamaged(files=NAME)
    said = json.loads(text)
    if said["form"] != FORM:
        raise BackupOfTheFuture(form=said["form"])
    manifest = Manifest(**said | {"contents": Contents(**said["contents"])})
    found = checksums(folder)
    wrong = sorted(
        path for path in manifest.checksums.keys() | found.keys() if manifest.checksums.get(path) != found.get(path)
    )
    if wrong:
        raise BackupDamaged(files=", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else ""))
    return manifest


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below, by its path; the manifest and its seal left out."""
    paths = [path for path in walk(folder) if path.name not in (NAME, SEAL) or path.parent != folder]
    found = {}
    for path in tqdm(paths, desc="checksums", unit="file", leave=False, disable=None):
        with path.open("rb") as file:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def walk(folder: Path) -> Iterator[Path]:
    """Every regular file below, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def settle(folder: Path) -> None:
    """Everything below is on the disk for good, also after a power cut."""
    for path in [*walk(folder), *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
