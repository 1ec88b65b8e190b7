"""What a pack declares about its cases: states, transitions, clocks, and the kind itself. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import models


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One state of a workflow; `untimed` says why no clock runs in it, `outcome` closes with that result."""

    key: str
    label: Any
    final: bool = False
    untimed: Any = ""
    tone: Literal["red", "orange", "yellow", "blue", "good", "idle"] = "blue"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What a transition asks for.

    field: `name` of the detail, filled in now or before. photo, document: evidence added since the case came into
    its state (with a `name`: the one added for it). second_person: another one of the transition's posts (or of the
    post `name`) agreed in this state. reason, number: given with the act.
    """

    what: Literal["field", "photo", "document", "second_person", "reason", "number"]
    name: str = ""
    label: Any = ""
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What else happens in the same transaction; `what` names the notice, the kind or the clock."""

    do: Literal["notify", "open_child", "publish", "suspend", "resume"]
    what: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A lawful step: from `sources` to `target`, by which posts, in which relation to the case, needing what."""

    key: str
    label: Any
    sources: tuple[str, ...]
    target: str
    posts: tuple[str, ...]
    relation: Literal["any", "responsible", "opener", "superior"] = "responsible"
    needs: tuple[Need, ...] = ()
    clause: str = ""
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A time limit: runs from entering `starts_on` ("opened" = from opening) until a state of `stops_on`.

    `escalate` maps per cent of the time to the post that hears; `fires` names a transition that the timer
    makes when time is up; `label` says what is counted; a safety clock never rolls. `only` narrows it to cases
    whose detail has one of the named values (`{"nature": ("panic",)}`); empty = every case of the kind.
    """

    key: str
    amount: int
    unit: Literal["seconds", "minutes", "hours", "natural_days", "working_days", "months"]
    starts_on: str
    stops_on: tuple[str, ...]
    label: Any = ""
    roll: Literal["none", "next_working"] = "none"
    clause: str = ""
    warn_at: int = 80
    escalate: Mapping[int, str] = field(default_factory=dict)
    fires: str = ""
    safety: bool = False
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """States, transitions and clocks of a kind, as the regulation says them. `renamed`: old state → new."""

    start: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def state(self, key: str) -> State:
        """The state `key`; KeyError when the workflow has none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    def transition(self, key: str) -> Transition:
        """The transition `key`; KeyError when the workflow has none."""
        for transition in self.transitions:
            if transition.key == key:
                return transition
        raise KeyError(key)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseKind:
    """A kind of case of one pack. `detail` is its typed row; `number_word` stands in the case number, unique.

    `form`, `summary` (at most 2), `public`: fields of the detail. `posts` see its pages, besides those that make a
    transition; `open_posts` open one by hand (none: the house alone opens them). `returns`: how often a transfer
    may come back before the coordinator decides. `moves_people`: response may send units to it.
    `after(case, step key, actor, said)` does what a step means outside the case, in the same transaction; a Refusal
    takes the step back.
    """

    key: str
    label: Any
    number_word: str
    detail: type[models.Model]
    workflow: Workflow
    priority: Literal[1, 2, 3, 4] = 3
    form: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    returns: int = 2
    posts: tuple[str, ...] = ()
    open_posts: tuple[str, ...] = ()
    moves_people: bool = False
    after: Callable[..., None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Where and about what a new case stands. `area_path` is never empty; `responsible` is a Body or its id.

    `opened_at` is when it began (a signal's receipt), else now; `priority` else the kind's.
    """

    title: str
    area_path: str
    lng: float | None = None
    lat: float | None = None
    address: str = ""
    premises_id: Any = None
    asset_id: Any = None
    organisation_id: Any = None
    responsible: Any = None
    opened_at: datetime | None = None
    priority: int | None = None
    parent_id: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How a kind of timeline entry reads: `key` is its `what` (or a family, `unit.*`), `label` the sentence.

    The {places} of the sentence are the entry's data, {text} its text. Rooms above this one declare theirs in
    `lists.py` as LINES.
    """

    key: str
    label: Any
    tone: Literal["red", "orange", "yellow", "blue", "good", "idle", "accent"] = "idle"
