"""Read the dictionary, purposes and policies from their files; a fault names the file, the row and what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from linli.access.declarations import Attribute, Policy, Purpose

HOUSE = Path(__file__).parent
Row = TypeVar("Row", bound=BaseModel)


class Unreadable(ValueError):
    """A declaration file cannot be used; the text says file, row and reason."""


def read_dictionary(path: Path = HOUSE / "dictionary.toml") -> tuple[Attribute, ...]:
    """The attributes of a dictionary file (tables `[[attribute]]`). Raises Unreadable."""
    return _rows(path, "attribute", Attribute)


def read_purposes(path: Path = HOUSE / "purposes.toml") -> tuple[Purpose, ...]:
    """The purposes of a file (tables `[[purpose]]`). Raises Unreadable."""
    return _rows(path, "purpose", Purpose)


def read_policies(folder: Path = HOUSE / "policies") -> tuple[Policy, ...]:
    """Every `*.cedar` of a folder, sorted; key = folder's owner and file name."""
    return tuple(
        Policy(key=f"{folder.parent.name}/{path.name}", text=path.read_text("utf-8"))
        for path in sorted(folder.glob("*.cedar"))
    )


def _rows(path: Path, table: str, shape: type[Row]) -> tuple[Row, ...]:
    try:
        rows = tomllib.loads(path.read_text("utf-8")).get(table, [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Unreadable(f"{path.name}: not readable as TOML: {fault}") from fault
    read: list[Row] = []
    for number, row in enumerate(rows, 1):
        try:
            read.append(shape.model_validate(row))
        except ValidationError as fault:
            name = row.get("id") or row.get("key") or f"number {number}"
            reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
            raise Unreadable(f"{path.name}: {table} «{name}»: {reasons}") from fault
    return tuple(read)
