"""E081: every label and message of a pack can be read in both languages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from linli.packs.checks.finding import Finding, error
from linli.packs.registry import packs


def untranslated() -> Iterator[Finding]:
    """A lazy text that says the same in Chinese and in English has no entry in its catalogue."""
    for pack in packs:
        for where, text in _texts(pack, pack.key):
            with override("zh-hans"):
                chinese = str(text)
            with override("en"):
                english = str(text)
            if chinese == english and any(letter.isalpha() for letter in english):
                what = f"{where}: «{english}» has no Chinese translation"
                yield error("packs.E081", what, "Add it to locale/zh_Hans, then: linli messages", pack.key)


def _texts(value: Any, where: str) -> Iterator[tuple[str, Promise]]:
    """Every lazy text inside a declaration, with the key of the innermost declaration it stands in."""
    if isinstance(value, Promise):
        yield where, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = getattr(value, "key", None) or getattr(value, "name", None) or where
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name), str(inner))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, where)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, where)
