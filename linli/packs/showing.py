"""A pack's declaration as text, and what the pack costs: its files, its lines, and core files that name it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise

PACKAGE = Path(__file__).resolve().parents[1]


def declaration(value: Any, depth: int = 0) -> Iterator[str]:
    """Lines of a declaration: what differs from the default, innermost parts indented."""
    indent = "  " * depth
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if _is_default(field, item):
            continue
        if isinstance(item, tuple) and item and dataclasses.is_dataclass(item[0]):
            yield f"{indent}{field.name}:"
            for part in item:
                yield f"{indent}- {type(part).__name__}"
                yield from declaration(part, depth + 2)
        elif dataclasses.is_dataclass(item) and not isinstance(item, type):
            yield f"{indent}{field.name}: {type(item).__name__}"
            yield from declaration(item, depth + 1)
        else:
            yield f"{indent}{field.name}: {_word(item)}"


def _is_default(field: dataclasses.Field[Any], item: Any) -> bool:
    if isinstance(item, Promise):
        return False
    if field.default is not dataclasses.MISSING:
        return bool(item == field.default)
    return field.default_factory is not dataclasses.MISSING and item == field.default_factory()


def _word(item: Any) -> str:
    if isinstance(item, tuple):
        return ", ".join(_word(part) for part in item)
    if isinstance(item, Mapping):
        return ", ".join(f"{key} → {_word(part)}" for key, part in item.items())
    if callable(item) and not isinstance(item, Promise):
        return f"{getattr(item, '__module__', '')}.{getattr(item, '__qualname__', item)}"
    return str(item)


@dataclass(frozen=True, slots=True)
class Cost:
    """`files` and `lines` of the pack's own folder (tests, migrations and translations apart), and who names it."""

    files: int
    lines: int
    test_lines: int
    core: tuple[str, ...]


def cost(key: str, folder: Path, core: Path = PACKAGE) -> Cost:
    """Count the pack in `folder`; `core` files outside it that import it or name one of its keys must be none."""
    own = [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts and _has_text(path)]
    tests = [path for path in own if "tests" in path.relative_to(folder).parts]
    source = [path for path in own if path not in tests]
    return Cost(len(source), sum(map(_lines, source)), sum(map(_lines, tests)), tuple(_naming(key, folder, core)))


def _naming(key: str, folder: Path, core: Path) -> Iterator[str]:
    named = re.compile(rf"""linli\.domains\.{key}\b|["']{key}[.:/]""")
    for path in sorted(core.rglob("*.py")):
        if folder not in path.parents and "tests" not in path.parts and named.search(path.read_text("utf-8")):
            yield str(path.relative_to(core))


def _has_text(path: Path) -> bool:
    return bool(path.read_text("utf-8").strip())


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())
