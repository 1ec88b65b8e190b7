"""Terms of a mapping worked out on one message: the value, or what stands in its way."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from linli.base import geo
from linli.signals.mapping.grammar import Choice, Joined, Moment, Place, Term, Test
from linli.signals.mapping.paths import MISSING, Path, look

Trouble = Literal["missing", "not-in-table", "not-a-number", "not-a-flag", "not-plain", "not-a-time", "not-a-place"]
MOST_TEXT = 1000
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_EARLIEST, _LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Stuck(Exception):
    """A value cannot be had: which `trouble`, at which `path`, and what stood there."""

    def __init__(self, trouble: Trouble, path: str, found: Any = None) -> None:
        super().__init__(f"{trouble} {path}")
        self.trouble, self.path, self.found = trouble, path, found


@dataclass(slots=True)
class Scene:
    """What terms are worked out on: the whole message, the part under `each`, the levels of its topic.

    `used`: the paths that were asked for, when somebody wants to know.
    """

    whole: Any
    part: Any
    topic: Sequence[str] = ()
    at: str = ""
    used: set[str] | None = field(default=None)

    def look(self, path: Path) -> Any:
        """The value at `path`, or MISSING."""
        if self.used is not None:
            self.used.add(self.name(path))
        return look(path, self.whole, self.part)

    def name(self, path: Path) -> str:
        """The path from the top of the message, as `leaves` writes it."""
        text = self.at if not path.absolute else ""
        for step in path.steps:
            if isinstance(step, int):
                text += f"[{step}]"
            else:
                text += ("." if text else "") + (f'"{step}"' if "." in step else step)
        return text


def value(term: Term | Choice, scene: Scene) -> Any:
    """The value of `term`. Raises Stuck."""
    found, name = _origin(term, scene)
    if term.table is not None and found is not MISSING:
        found = term.table.get(_word(found), MISSING)
        if found is MISSING and term.default is None:
            raise Stuck("not-in-table", name, _origin(term, scene)[0])
    if found is MISSING:
        found = term.default
        if found is None:
            raise Stuck("missing", name)
    return _shaped(term, found, name) if isinstance(term, Term) else found


def _origin(term: Term | Choice, scene: Scene) -> tuple[Any, str]:
    if term.topic is not None:
        there = term.topic < len(scene.topic)
        return scene.topic[term.topic] if there else MISSING, f"topic[{term.topic}]"
    if term.path is not None:
        return scene.look(term.path), scene.name(term.path)
    return (term.const if isinstance(term, Term) else MISSING), "const"


def _word(found: Any) -> str:
    """How a value stands as a name of a table: true as "true", 1.0 as "1"."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(int(found)) if isinstance(found, float) and found.is_integer() else str(found)


def _shaped(term: Term, found: Any, name: str) -> Any:
    if isinstance(found, dict | list):
        raise Stuck("not-plain", name, found)
    if term.factor is not None or term.offset is not None or term.as_ == "number":
        number = _number(found, name)
        if term.factor is None and term.offset is None:
            return number
        # What the factor adds in digits is noise of binary fractions: 231 × 0.1 is 23.1.
        found = round(number * (term.factor if term.factor is not None else 1) + (term.offset or 0), 9)
        if not math.isfinite(found):
            raise Stuck("not-a-number", name, found)
    if term.as_ == "text":
        return _word(found)[:MOST_TEXT]
    if term.as_ == "flag":
        word = _word(found).strip().lower()
        if word not in _YES | _NO:
            raise Stuck("not-a-flag", name, found)
        return word in _YES
    return found


def _number(found: Any, name: str) -> float | int:
    if isinstance(found, bool):
        return int(found)
    if isinstance(found, int | float):
        return found
    if isinstance(found, str) and len(found) <= 40 and _NUMBER.fullmatch(found):
        number = float(found)
        if math.isfinite(number):
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
    raise Stuck("not-a-number", name, found)


def joined(terms: Joined, scene: Scene) -> str:
    """The terms' values as one text with dashes between. Raises Stuck."""
    return "-".join(_word(value(term, scene)) for term in terms)


def moment(said: Moment, scene: Scene) -> datetime | None:
    """The time, aware; None when the message has none. Raises Stuck for one that cannot be read."""
    found, name = scene.look(said.path), scene.name(said.path)
    if found is MISSING:
        return None
    try:
        read = _moment(said, found, name)
    except (ValueError, OverflowError, OSError):
        raise Stuck("not-a-time", name, found) from None
    if not _EARLIEST <= read <= _LATEST:
        raise Stuck("not-a-time", name, found)
    return read


def _moment(said: Moment, found: Any, name: str) -> datetime:
    if said.form in ("unix_s", "unix_ms"):
        seconds = float(_number(found, name)) / (1000 if said.form == "unix_ms" else 1)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    text = _word(found)
    if said.form == "rfc3339":
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        read = datetime.fromisoformat(text.upper())
    else:
        read = datetime.strptime(text[:80], said.form)
    return read if read.tzinfo else read.replace(tzinfo=said.tz)


def point(said: Place, scene: Scene) -> tuple[float, float] | None:
    """(lng, lat) in WGS-84; None when the message has none. Raises Stuck."""
    try:
        lng, lat = value(said.lng, scene), value(said.lat, scene)
    except Stuck as stuck:
        if stuck.trouble == "missing":
            return None
        raise
    name = scene.name(said.lng.path) if said.lng.path else "place"
    lng, lat = float(_number(lng, name)), float(_number(lat, name))
    try:
        return geo.to_wgs84(lng, lat, said.datum)
    except geo.PointOutOfRange:
        raise Stuck("not-a-place", name, (lng, lat)) from None


def holds(path: Path, expected: Any, scene: Scene) -> bool:
    """Whether the condition on the value at `path` holds. A value that is not there meets `present = false` only."""
    found = scene.look(path)
    if isinstance(expected, Test):
        return _test(expected, found)
    if found is MISSING:
        return False
    return any(_equal(found, one) for one in (expected if isinstance(expected, tuple) else (expected,)))


def _equal(found: Any, expected: Any) -> bool:
    """1 and 1.0 are equal; 1 and true, 1 and "1" are not."""
    return isinstance(found, bool) == isinstance(expected, bool) and bool(found == expected)


def _test(test: Test, found: Any) -> bool:
    if test.present is not None and test.present != (found is not MISSING):
        return False
    if found is MISSING:
        return test.present is False
    number = found if isinstance(found, int | float) and not isinstance(found, bool) else None
    if (test.over is not None or test.under is not None) and number is None:
        return False
    return not (
        (test.over is not None and number is not None and number <= test.over)
        or (test.under is not None and number is not None and number >= test.under)
        or (test.starts is not None and not (isinstance(found, str) and found.startswith(test.starts)))
        or (test.other_than is not None and _equal(found, test.other_than))
    )
