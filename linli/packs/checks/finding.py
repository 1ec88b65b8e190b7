"""What a check finds: what, where, what to do; and the words they share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from django.core import checks

Finding = checks.CheckMessage


def error(id: str, what: str, hint: str, where: str | None = None) -> Finding:
    """A fault that forbids the start."""
    return checks.Error(what, hint=hint, obj=where, id=id)


def warning(id: str, what: str, hint: str, where: str | None = None) -> Finding:
    """Something that is shown and can wait."""
    return checks.Warning(what, hint=hint, obj=where, id=id)


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean «…»?` with the nearest known word, else the words there are."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"Did you mean «{near[0]}»?" if near else f"There are: {', '.join(words) or 'none'}."
