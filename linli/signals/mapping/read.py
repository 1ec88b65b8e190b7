"""A message read by a mapping: the signals it becomes, and what could not be understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.signals.gateways.http import strict_json
from linli.signals.gateways.said import Said
from linli.signals.kinds import HEARTBEAT
from linli.signals.mapping import terms
from linli.signals.mapping.grammar import Mapping, SignalRule
from linli.signals.mapping.paths import MISSING
from linli.signals.mapping.terms import Scene, Stuck

MOST_PARTS, MOST_SIGNALS = 500, 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What was not understood. `code`: a Trouble, or nothing-applies, not-a-list, too-many; `costs_signal`: not taken
    in because of it, else only the field `of` is missing."""

    code: str
    path: str
    of: str = ""
    found: Any = None
    costs_signal: bool = True

    def __str__(self) -> str:
        found = "" if self.found is None else f" ({str(self.found)[:60]})"
        return f"{self.code} {self.path}{found}"


@dataclass(slots=True)
class Reading:
    """What one message becomes."""

    signals: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> list[Problem]:
        """The problems that cost a signal."""
        return [problem for problem in self.problems if problem.costs_signal]


def read(mapping: Mapping, whole: Any, number: str, topic: Sequence[str] = (), used: set[str] | None = None) -> Reading:
    """Work `mapping` out on the message `whole` of `topic`.

    `number`: stands for the sender's own number of the message where the mapping finds none. `used` gathers the
    paths that were looked at.
    """
    reading = Reading()
    scene = Scene(whole, whole, topic, used=used)
    if mapping.each is None:
        _part(mapping, scene, number, reading, 0)
        return reading
    parts, name = scene.look(mapping.each), scene.name(mapping.each)
    if not isinstance(parts, list):
        reading.problems.append(Problem("missing" if parts is MISSING else "not-a-list", name, "each", parts))
    elif len(parts) > MOST_PARTS:
        reading.problems.append(Problem("too-many", name, "each", len(parts)))
    else:
        for place, part in enumerate(parts):
            _part(mapping, Scene(whole, part, topic, f"{name}[{place}]", used), number, reading, place)
    return reading


def _part(mapping: Mapping, scene: Scene, number: str, reading: Reading, place: int) -> None:
    """One element: what all its signals share, then each rule that applies."""
    rules = [
        (order, rule)
        for order, rule in enumerate(mapping.signal)
        if all(terms.holds(path, want, scene) for path, want in rule.when)
    ]
    if not rules and mapping.otherwise == "quarantine":
        reading.problems.append(Problem("nothing-applies", scene.at or "$"))
        return
    try:
        subject = terms.joined(mapping.subject, scene)[:80] if mapping.subject else None
        id = _id(mapping, scene, number)
    except Stuck as stuck:
        reading.problems.append(_problem(stuck, ""))
        return
    at, notes = _moment(mapping, scene, reading)
    try:
        where = terms.point(mapping.place, scene) if mapping.place else None
    except Stuck as stuck:
        where = None
        notes.append("place:unreadable")
        reading.problems.append(_problem(stuck, "place", costs_signal=False))
    common: dict[str, Any] = {"id": id, "time": at, "subject": subject, "place": where}
    if not rules:
        _add(reading, Said(kind=HEARTBEAT, item=_item(place, 0), deviations=tuple(notes), **common))
    for order, rule in rules:
        try:
            _add(reading, _signal(rule, scene, reading, common, notes, _item(place, order)))
        except Stuck as stuck:
            reading.problems.append(_problem(stuck, "signal"))


def _add(reading: Reading, said: Said) -> None:
    if len(reading.signals) < MOST_SIGNALS:
        reading.signals.append(said)
    elif not any(problem.code == "too-many" for problem in reading.problems):
        reading.problems.append(Problem("too-many", "$", "signal", MOST_SIGNALS))


def _item(place: int, order: int) -> int:
    """Tells the signals of one message apart; stays the same when a rule further down is added."""
    return place * 1000 + order


def _id(mapping: Mapping, scene: Scene, number: str) -> str:
    return terms.joined(mapping.id, scene)[:128] if mapping.id else number


def _moment(mapping: Mapping, scene: Scene, reading: Reading) -> tuple[datetime | None, list[str]]:
    """A time that cannot be read costs the time, not the signal."""
    if mapping.time is None:
        return None, []
    try:
        return terms.moment(mapping.time, scene), []
    except Stuck as stuck:
        reading.problems.append(_problem(stuck, "time", costs_signal=False))
        return None, ["time:unreadable"]


def _signal(
    rule: SignalRule, scene: Scene, reading: Reading, common: dict[str, Any], notes: list[str], item: int
) -> Said:
    kind = rule.kind if isinstance(rule.kind, str) else terms.value(rule.kind, scene)
    phase: Any = rule.phase if rule.phase is None or isinstance(rule.phase, str) else terms.value(rule.phase, scene)
    values, missed = {}, list(notes)
    for name, term in rule.values.items():
        try:
            values[name] = terms.value(term, scene)
        except Stuck as stuck:
            if term.required:
                raise
            if stuck.trouble != "missing":
                missed.append(f"{name[:40]}:{stuck.trouble}")
            reading.problems.append(_problem(stuck, name, costs_signal=False))
    content = strict_json.dumps([kind, phase, values, common["subject"], str(common["time"]), common["place"]])
    return Said(kind=kind, phase=phase, values=values, item=item, deviations=tuple(missed), content=content, **common)


def _problem(stuck: Stuck, of: str, costs_signal: bool = True) -> Problem:
    return Problem(stuck.trouble, stuck.path, of, stuck.found, costs_signal)
