"""Compile the translations: every locale/<language>/LC_MESSAGES/django.po beside its .mo, when it is newer."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def compile_messages(root: Path = PACKAGE) -> list[Path]:
    """Write the .mo of each .po under `root` that has none of its age; the files written, for saying so."""
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream)
        # Written aside and moved: several processes may start at once.
        aside = target.with_suffix(f".{os.getpid()}")
        with aside.open("wb") as stream:
            write_mo(stream, catalogue)
        aside.replace(target)
        written.append(target)
    return written
