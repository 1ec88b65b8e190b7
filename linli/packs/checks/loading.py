"""E001–E005: packs that do not load, are called wrongly, or declare what another one declares."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from linli.packs.checks.finding import Finding, error
from linli.packs.discovery import pack_modules
from linli.packs.registry import failures


def failed() -> Iterator[Finding]:
    """E001, E002, E004, E005 as the hand-over met them."""
    for failure in failures.all():
        yield error(failure.id, failure.what, failure.hint, failure.module)


def full_package_files() -> Iterator[Finding]:
    """E003: `__init__.py` runs before models exist, so it must be empty."""
    for module in pack_modules():
        spec = find_spec(module)
        if spec and spec.origin and Path(spec.origin).read_text("utf-8").strip():
            yield error("packs.E003", "__init__.py is not empty", "Move its lines into another file.", module)
