"""JSON as I-JSON (RFC 7493) wants it: UTF-8, no name twice, no NaN, no number that loses digits, no abyss."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.signals.gateways.http.refusals import NotReadable

MOST_DEPTH = 32
MOST_INTEGER = 2**53
_ROOT = "$"
_HALF = re.compile("[\ud800-\udfff]")


def loads(body: bytes, most_depth: int = MOST_DEPTH) -> Any:
    """The value of `body`. Raises NotReadable with what is wrong."""
    try:
        text = body.decode()
    except UnicodeDecodeError as fault:
        raise NotReadable(
            path=_ROOT, advice=_("write the JSON in UTF-8; byte {n} is none").format(n=fault.start)
        ) from None
    if text.startswith("\ufeff"):
        raise NotReadable(path=_ROOT, advice=_("leave the byte order mark out"))
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as fault:
        advice = _("this is no JSON at character {n}: {fault}").format(n=fault.pos, fault=fault.msg)
        raise NotReadable(path=_ROOT, advice=advice) from None
    except RecursionError:
        raise _too_deep(_ROOT, most_depth) from None
    _walk(value, _ROOT, most_depth, most_depth)
    return value


def dumps(value: Any) -> bytes:
    """One form for equal values: names in order, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotReadable(path=_shown(twice), advice=_("this name stands twice in one object; leave one"))
    return found


def _constant(word: str) -> Any:
    raise NotReadable(path=_ROOT, advice=_("{word} is no JSON number; leave the field out").format(word=word))


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MOST_INTEGER:
        advice = _("{digits} is beyond 2^53 and loses digits on the way; send it as text").format(digits=digits[:40])
        raise NotReadable(path=_ROOT, advice=advice)
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotReadable(path=_ROOT, advice=_("{digits} is too large a number").format(digits=digits[:40]))
    return number


def _walk(value: Any, path: str, left: int, most: int) -> None:
    """Refuse what nests too deep and text with half a character."""
    if isinstance(value, str):
        if _HALF.search(value):
            raise NotReadable(path=path, advice=_("this text holds half a character (a lone surrogate)"))
    elif isinstance(value, dict | list):
        if left == 0:
            raise _too_deep(path, most)
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in inner:
            _walk(name, path, left, most)
            _walk(item, _below(path, name), left - 1, most)


def _below(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return _shown(name) if path == _ROOT else f"{path}.{_shown(name)}"


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:40]


def _too_deep(path: str, most: int) -> NotReadable:
    return NotReadable(path=path, advice=_("nest at most {most} deep").format(most=most))
