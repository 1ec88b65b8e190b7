"""Reading programme files: TOML with exact numbers; every fault is named with where, what and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from linli.base.refusal import Refusal
from linli.scoreboard.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of a programme file. An error keeps it from being used as it stands, a warning does not."""

    severity: Literal["error", "warning"]
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what}\n\tto do: {self.remedy}"


class BadProgramme(Refusal):
    """The file is not a programme; `problems` says where and why."""

    code = "scoreboard.bad_programme"
    sentence = _("{path} is not a programme. First of {count} faults: {first}")
    next_step = _("Run: linli programme check FILE")

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        first = f"{problems[0].where}: {problems[0].what}"
        super().__init__(path=path.name, count=len(problems), first=first)
        self.problems = problems


def load(path: Path) -> Programme:
    """The programme in `path`. BadProgramme with every fault when it cannot be read as one.

    With `based_on = "<id>"` under `[programme]` the rows are those of `<id>.toml` beside it, each with `due`
    of `[programme]`; rows of the file itself with the same id overwrite single fields.
    """
    return parse(path, _read(path))


def parse(path: Path, document: Mapping[str, Any]) -> Programme:
    """The programme of a TOML document already read; `path` says where its base is looked for."""
    fields = _flat(_rebased(path, document))
    try:
        return Programme.model_validate(fields)
    except ValidationError as error:
        raise BadProgramme(path, [_as_problem(fields, dict(fault)) for fault in error.errors()]) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise BadProgramme(path, [_error(str(path), "there is no such file", "name a .toml file")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadProgramme(path, [_error(path.name, f"not TOML: {error}", "correct that line")]) from None


def _rebased(path: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    head = dict(document.get("programme", {}))
    base_id, due = head.pop("based_on", None), head.pop("due", None)
    if base_id is None:
        return {**document, "programme": head}
    if not re.fullmatch(r"[a-z][a-z0-9-]*", str(base_id)) or base_id == head.get("id"):
        raise BadProgramme(path, [_error("programme · based_on", f"«{base_id}» names no other programme", "its id")])
    base = _read(path.with_name(f"{base_id}.toml"))
    if "based_on" in base.get("programme", {}):
        raise BadProgramme(
            path, [_error("programme · based_on", f"«{base_id}» is itself based on another", "its base")]
        )
    changes = {row.get("id"): row for row in document.get("target", ())}
    rows = [{**row, **({"due": due} if due else {}), **changes.pop(row["id"], {})} for row in base.get("target", ())]
    return {
        **base,
        **{name: part for name, part in document.items() if name != "target"},
        "programme": {**base.get("programme", {}), **head},
        "target": [*rows, *changes.values()],
    }


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    parts = {"section": "sections", "target": "targets", "deliverable": "deliverables"}
    rest = {name: part for name, part in document.items() if name not in ("programme", *parts)}
    return {**rest, **document.get("programme", {}), **{long: document.get(name, ()) for name, long in parts.items()}}


def _as_problem(fields: Mapping[str, Any], fault: Mapping[str, Any]) -> Problem:
    what = fault["msg"]
    if "input" in fault and isinstance(fault["input"], str | int | Decimal):
        what = f"{what}, not «{fault['input']}»"
    remedy = "correct the field"
    if fault["type"] == "extra_forbidden":
        what, remedy = "no field has this name", "correct the name or remove the line"
    elif fault["type"] == "missing":
        what, remedy = "the field is missing", "add the field"
    return _error(" · ".join(_steps(fields, fault["loc"])), what, remedy)


def _steps(fields: Mapping[str, Any], place: tuple[str | int, ...]) -> Iterator[str]:
    if len(place) > 1 and place[0] in ("sections", "targets", "deliverables") and isinstance(place[1], int):
        row = fields[place[0]][place[1]]
        name = row.get("id") or row.get("key") if isinstance(row, Mapping) else None
        yield f"{str(place[0])[:-1]} {name or f'no. {place[1] + 1}'}"
        place = place[2:]
    else:
        yield "programme"
    yield from (str(step) for step in place if step not in ("bool", "int", "decimal"))


def _error(where: str, what: str, remedy: str) -> Problem:
    return Problem(severity="error", where=where, what=what, remedy=remedy)
