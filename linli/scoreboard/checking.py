"""What a programme says against what the packs declare: dates, areas, units, overlaps, indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Literal

from linli.scoreboard.declarations import Indicator, Shape
from linli.scoreboard.loading import Problem
from linli.scoreboard.programme import LEVELS, Deliverable, Programme, Target

AREA_GROUPS = (*LEVELS, "government")
UNITS: Mapping[Shape, tuple[str, ...]] = {
    "share": ("ratio", "trend"),
    "time_share": ("ratio", "trend"),
    "count": ("count",),
    "bool": ("bool",),
    "trend": ("trend",),
    "percentile": ("count",),
}
OPERATORS = {
    "ratio": (">=", "<=", "=="),
    "count": (">=", "<=", "=="),
    "bool": ("==",),
    "trend": ("trend<", "trend>", "<=", ">="),
}


def check(
    programme: Programme,
    indicators: Mapping[str, Indicator],
    packs: Collection[str],
    known_areas: Collection[str] | None = None,
) -> list[Problem]:
    """Every fault of `programme`: errors, and a warning for each row whose pack is not installed.

    `indicators`: those installed, by key. `packs`: the installed packs. `known_areas`: statistical codes there
    are (None = not looked up).
    """
    return [
        *_areas(programme, known_areas),
        *_numbers(programme),
        *_overlaps(programme),
        *(
            problem
            for target in programme.targets
            for problem in (
                *_date(programme, target),
                *_unit(target),
                *_meaning(target),
                *_groups(programme, target),
                *_indicator(target, indicators, packs),
            )
        ),
        *(problem for row in programme.deliverables for problem in _deliverable(row, indicators, packs)),
    ]


def _areas(programme: Programme, known: Collection[str] | None) -> Iterator[Problem]:
    for code in programme.areas:
        if len(code) != LEVELS[programme.level]:
            what = f"«{code}» is not the code of a {programme.level}"
            yield _error("programme · areas", what, f"write {LEVELS[programme.level]} digits, or another level")
        elif known is not None and code not in known:
            yield _error("programme · areas", f"there is no area «{code}»", f"{_nearest(code, known)}")


def _numbers(programme: Programme) -> Iterator[Problem]:
    seen: set[str] = set()
    for number in (*(row.id for row in programme.targets), *(row.id for row in programme.deliverables)):
        if number in seen:
            yield _error(number, "this number stands twice", "give one of them another number")
        seen.add(number)


def _overlaps(programme: Programme) -> Iterator[Problem]:
    places: dict[tuple[str, tuple[tuple[str, str], ...], date | None], list[str]] = defaultdict(list)
    for target in programme.targets:
        places[(target.key, tuple(sorted(target.slice.items())), target.due)].append(target.id)
    for (key, _slice, due), numbers in places.items():
        if len(numbers) > 1:
            what = f"{' and '.join(numbers)} promise the same of {key} for {due or 'always'}"
            yield _error(f"target {numbers[-1]}", what, "keep one, or give them different dates or slices")


def _date(programme: Programme, target: Target) -> Iterator[Problem]:
    where = f"target {target.id} · due"
    if target.due is not None and target.due <= programme.adopted:
        yield _error(where, f"{target.due} is not after the adoption ({programme.adopted})", "correct one of the dates")
    if target.yearly and (target.due is None or (target.due.month, target.due.day) != (12, 31)):
        yield _error(where, "a yearly target is due on a 31 December", "write the first 31 December, or yearly = false")
    if target.due_assumed and target.due is None:
        yield _error(where, "a date is called assumed, but there is none", "write the date, or due_assumed = false")


def _unit(target: Target) -> Iterator[Problem]:
    where, goal = f"target {target.id} · value", target.goal
    if target.op not in OPERATORS[target.unit]:
        yield _error(
            f"target {target.id} · op",
            f"«{target.op}» does not fit the unit «{target.unit}»",
            f"one of {' '.join(OPERATORS[target.unit])}",
        )
    if (target.unit == "bool") != isinstance(target.value, bool):
        yield _error(where, f"«{target.value}» does not fit the unit «{target.unit}»", "true for bool, else a number")
    elif target.unit == "ratio" and not 0 <= goal <= 1:
        yield _error(where, f"a ratio lies between 0 and 1, not {target.value}", "write 0.70 for 70 %")
    elif target.unit == "count" and (goal < 0 or goal.denominator != 1):
        yield _error(where, f"a count is a whole number, not {target.value}", "write 40")


def _meaning(target: Target) -> Iterator[Problem]:
    if target.replaced_by and target.replaced_by != target.key:
        yield _error(
            f"target {target.id} · replaced_by", f"«{target.replaced_by}» is not its indicator", f"write {target.key}"
        )
    if target.replaced_by and target.note is None:
        yield _error(f"target {target.id} · note", "a replaced promise has no reason", "say why in zh and en")


def _groups(programme: Programme, target: Target) -> Iterator[Problem]:
    for name in target.group_by:
        if LEVELS.get(name, 99) < LEVELS[programme.level]:
            what = f"a {name} is larger than the programme's {programme.level}"
            yield _error(f"target {target.id} · group_by", what, "write a smaller level")


def _indicator(target: Target, indicators: Mapping[str, Indicator], packs: Collection[str]) -> Iterator[Problem]:
    where = f"target {target.id} · indicator"
    if target.pack not in packs:
        yield _not_installed(where, target.key, target.pack)
        return
    indicator = indicators.get(target.key)
    if indicator is None:
        own = [key.partition(".")[2] for key in indicators if key.partition(".")[0] == target.pack]
        yield _error(
            where, f"the pack «{target.pack}» has no indicator «{target.indicator}»", _nearest(target.indicator, own)
        )
        return
    if target.unit not in UNITS[indicator.shape]:
        yield _error(
            f"target {target.id} · unit",
            f"{target.key} is a {indicator.shape}, not a {target.unit}",
            f"one of {' '.join(UNITS[indicator.shape])}",
        )
    for name in {*target.slice, *(name for name in target.group_by if name not in AREA_GROUPS)}:
        if name not in indicator.slices:
            yield _error(
                f"target {target.id} · {name}",
                f"{target.key} cannot be grouped by «{name}»",
                _nearest(name, [*AREA_GROUPS, *indicator.slices]),
            )


def _deliverable(row: Deliverable, indicators: Mapping[str, Indicator], packs: Collection[str]) -> Iterator[Problem]:
    where = f"deliverable {row.id}"
    for pack in row.packs:
        if pack not in packs:
            yield _not_installed(where, row.indicator or pack, pack)
    owner = row.indicator.partition(".")[0]
    if row.indicator and owner in packs and row.indicator not in indicators:
        yield _error(where, f"there is no indicator «{row.indicator}»", _nearest(row.indicator, indicators))


def _not_installed(where: str, key: str, pack: str) -> Problem:
    return _problem(
        "warning",
        where,
        f"{key}: the pack «{pack}» is not installed; the row shows grey",
        f"install the pack «{pack}», or leave it grey",
    )


def _nearest(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"nearest: {close[0]}" if close else f"there are: {', '.join(sorted(known)[:12]) or 'none'}"


def _error(where: str, what: str, remedy: str) -> Problem:
    return _problem("error", where, what, remedy)


def _problem(severity: Literal["error", "warning"], where: str, what: str, remedy: str) -> Problem:
    return Problem(severity=severity, where=where, what=what, remedy=remedy)
