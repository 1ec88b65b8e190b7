"""The text of a mapping into its rules, or its faults: each with the line, the path and what to write."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from linli.signals.mapping.advice import advice
from linli.signals.mapping.grammar import Mapping

MOST_TEXT = 32 * 1024
MOST_FAULTS = 20
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_NAME = re.compile(r"""[A-Za-z0-9_-]+|"([^"]*)"|'([^']*)'""")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text: `line` from 1, `path` as the text writes it, and the sentence that says what to do."""

    line: int
    path: str
    sentence: str

    def __str__(self) -> str:
        where = _("line {n}").format(n=self.line)
        return f"{where}, {self.path}: {self.sentence}" if self.path else f"{where}: {self.sentence}"


class NotAMapping(ValueError):
    """The text has `faults`."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


@lru_cache(maxsize=256)
def read(text: str) -> Mapping:
    """The mapping that `text` writes. Raises NotAMapping."""
    if len(text.encode()) > MOST_TEXT:
        raise NotAMapping([Fault(1, "", _("A mapping has at most {n} bytes.").format(n=MOST_TEXT))])
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise NotAMapping([_no_toml(text, fault)]) from None
    except RecursionError:
        raise NotAMapping([Fault(1, "", _("This nests too deep."))]) from None
    try:
        return Mapping.model_validate(said)
    except ValidationError as fault:
        lines = lines_of(text)
        faults = [_fault(error, lines) for error in fault.errors(include_url=False, include_input=False)]
        raise NotAMapping(_distinct(faults)[:MOST_FAULTS]) from None


def _no_toml(text: str, fault: tomllib.TOMLDecodeError) -> Fault:
    """The parser's own word, with the line it names."""
    at = _AT_LINE.search(str(fault))
    line = int(at[1]) if at else max(1, len(text.splitlines()))
    said = _AT_LINE.sub("", str(fault)).removesuffix(" (at end of document)")
    return Fault(line, "", _("This is no TOML: {fault}.").format(fault=said))


def _fault(error: Any, lines: dict[tuple[str | int, ...], int]) -> Fault:
    # A union's members are named in the place of a fault; the text has no such step.
    place = tuple(step for step in error["loc"] if step not in ("str", "Choice", "Test") and "[" not in str(step))
    known = next((place[:n] for n in range(len(place), -1, -1) if place[:n] in lines), ())
    return Fault(lines.get(known, 1), _shown(place), advice(error))


def _distinct(faults: list[Fault]) -> list[Fault]:
    """One fault for each place (a union says why each of its members does not fit): the first."""
    found: dict[tuple[int, str], Fault] = {}
    for fault in faults:
        found.setdefault((fault.line, fault.path), fault)
    return sorted(found.values(), key=lambda fault: fault.line)


def _shown(place: tuple[str | int, ...]) -> str:
    """`signal[2].values.battery`; rules are counted from 1 as people count."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """On which line each table and key stands: headers and keys at the start of a line, which is where people look."""
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header[2])
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
                table = (*names, counts[names])
            else:
                table = _inside(names, counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            names = _names(key[1])
            for n in range(1, len(names) + 1):
                found.setdefault((*table, *names[:n]), number)
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(name[1] or name[2] or name[0] for name in _NAME.finditer(text))


def _inside(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """`[signal.values]` belongs to the last `[[signal]]`."""
    for n in range(len(names), 0, -1):
        if names[:n] in counts:
            return (*names[:n], counts[names[:n]], *names[n:])
    return names
