"""Paths into JSON: `device.state`, `reports[0].value`, `"key with. dots".x`, `$.all` (from the top of the message)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

MOST_STEPS, MOST_TEXT = 16, 200
_STEP = re.compile(r'(?:"([^"]{1,100})"|([^.\[\]"\s$][^.\[\]"]{0,99})|\[(-?\d{1,6})\])')


class BadPath(ValueError):
    """The text is no path; says from which character on."""


class _Missing:
    """Nothing stands there (null counts as nothing)."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps into a value: names of objects, places of lists. `absolute`: from the whole message, not from its part."""

    text: str
    steps: tuple[str | int, ...]
    absolute: bool = False


def parse(text: str) -> Path:
    """The path that `text` writes. Raises BadPath."""
    if len(text) > MOST_TEXT:
        raise BadPath(MOST_TEXT)
    absolute, at = text.startswith("$"), 0
    if absolute:
        at = 2 if text.startswith("$.") else 1
    steps: list[str | int] = []
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or len(steps) == MOST_STEPS:
            raise BadPath(at)
        quoted, plain, place = found.groups()
        steps.append(int(place) if place is not None else quoted or plain.strip())
        at = _next_step(text, found.end())
    if not steps and not absolute:
        raise BadPath(0)
    return Path(text, tuple(steps), absolute)


def _next_step(text: str, at: int) -> int:
    """Where the next step begins: after a dot with something behind it, or at a bracket."""
    if at == len(text) or text[at] == "[":
        return at
    if text[at] == "." and at + 1 < len(text) and text[at + 1] != "[":
        return at + 1
    raise BadPath(at)


def look(path: Path, whole: Any, part: Any) -> Any:
    """What stands at `path` in `part` of `whole`; MISSING where nothing does."""
    value = whole if path.absolute else part
    for step in path.steps:
        if isinstance(step, str):
            if not isinstance(value, dict):
                return MISSING
            value = value.get(step)
        elif isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return MISSING
        if value is None:
            return MISSING
    return value


def leaves(value: Any, path: str = "") -> list[str]:
    """The paths of every plain value in `value`, in its order; elements of lists under `[n]`."""
    if isinstance(value, dict):
        return [leaf for name, item in value.items() for leaf in leaves(item, _below(path, name))]
    if isinstance(value, list):
        return [leaf for place, item in enumerate(value) for leaf in leaves(item, f"{path}[{place}]")]
    return [path or "$"]


def _below(path: str, name: str) -> str:
    quoted = name if _STEP.fullmatch(name) and "." not in name and not name.startswith("[") else f'"{name}"'
    return f"{path}.{quoted}" if path else quoted
