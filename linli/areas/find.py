"""Search for areas: by name (also a former one), sound, initials, code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from linli.areas.models import Area, AreaCode, AreaName
from linli.base.text import fold

_WORDS = 4


@dataclass(frozen=True)
class Found:
    """An area that fits, and the name or code by which it was found (perhaps one of former days)."""

    area: Area
    matched: str


def search(text: str, limit: int = 20, under: Sequence[str] = ()) -> list[Found]:
    """Areas that fit `text`, best first: whole name, beginning, anywhere; then the higher level.

    Several words narrow: «石台 仁里» finds 仁里 below what 石台 finds. Chinese words match names (three characters
    and more anywhere by trigram, two by pair, one at the beginning); letters match sound and initials; digits
    match codes from the left. `under`: only at or below these paths. Areas that have ended come last.
    """
    words = fold(text).split()[:_WORDS]
    if not words:
        return []
    for word in words[:-1]:
        under = [found.area.path for found in _one_word(word, 50, under)]
        if not under:
            return []
    return _one_word(words[-1], limit, under)


def _one_word(word: str, limit: int, under: Sequence[str]) -> list[Found]:
    rows = _by_code(word) if word.isascii() and word.isdigit() else _by_name(word)
    if under:
        rows = rows.filter(area__path__under_any=list(under))
    found: dict[object, Found] = {}
    for row in rows.select_related("area")[: limit * 3]:
        found.setdefault(row.area_id, Found(row.area, str(row)))
    return list(found.values())[:limit]


def _by_code(word: str) -> QuerySet:
    ended = F("area__ended_on").asc(nulls_first=True)
    return AreaCode.objects.filter(code__startswith=word).order_by(ended, "area__level", "code")


def _by_name(word: str) -> QuerySet:
    if word.isascii():
        fits = Q(initials__startswith=word) | Q(pinyin__startswith=word)
        if len(word) >= 3:
            fits |= Q(pinyin__contains=word)
        return _ranked(AreaName.objects.filter(fits), Q(pinyin=word) | Q(initials=word), Q(pinyin__startswith=word))
    folded = AreaName.objects.annotate(folded=Lower("name"))
    if len(word) == 2:
        fits = Q(pairs__contains=[word])
    else:
        fits = Q(name__icontains=word) if len(word) > 2 else Q(name__istartswith=word)
    return _ranked(folded.filter(fits), Q(folded=word) | Q(area__short_name=word), Q(folded__startswith=word))


def _ranked(rows: QuerySet, whole: Q, beginning: Q) -> QuerySet:
    rank = Case(
        When(whole, then=Value(0)), When(beginning, then=Value(1)), default=Value(2), output_field=IntegerField()
    )
    ended = F("area__ended_on").asc(nulls_first=True)
    return rows.annotate(rank=rank).order_by(ended, "rank", "area__level", "area__path", "id")
