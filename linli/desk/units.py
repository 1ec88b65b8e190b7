"""Units on the desk: the strip below, the marks on the map, what is recommended for a case, and sending."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.cases.models import Case
from linli.response.models import Assignment, Stage, UnitKind
from linli.response.moves import FOLLOWS, move
from linli.response.recommend import Candidate, Recommendation, recommend
from linli.response.status import UnitState, board, state_of

# A private operator has no business with where the police and the ambulances are.
OWN_ONLY = ("duty_operator", "shift_leader")
MOST = 1000
SHAPES = {"fire_engine": "square", "ambulance": "cross"}
ORDER = {kind: place for place, kind in enumerate(UnitKind.values)}


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units of one kind on the strip, and the oldest fact in it."""

    label: Any
    states: list[UnitState]


@dataclass(frozen=True, slots=True)
class Sent:
    """One assignment in the case pane: its state and the steps it may take next."""

    assignment: Assignment
    state: UnitState
    steps: list[tuple[str, Any]]


def shown(actor: Actor) -> list[UnitState]:
    """The units on this desk: an alarm operator's sees its own; the public services see all of their area."""
    listed = board(actor)
    return [state for state in listed if state.unit.body_id in actor.bodies] if actor.post in OWN_ONLY else listed


def groups(actor: Actor) -> list[UnitGroup]:
    """The units the actor sees, by kind."""
    listed = sorted(shown(actor), key=lambda state: (ORDER[state.unit.kind], state.unit.call_sign))
    return [UnitGroup(UnitKind(kind).label, list(states)) for kind, states in groupby(listed, lambda s: s.unit.kind)]


def features(actor: Actor) -> list[dict[str, Any]]:
    """The units with a position, as GeoJSON features for the map."""
    found = []
    for state in shown(actor):
        if state.unit.lng is not None and state.unit.lat is not None:
            said = state.as_dict()
            properties = {
                "mark": "unit",
                "shape": SHAPES.get(state.unit.kind, "circle"),
                "status": said["mark"],
                "stale": state.stale,
                "label": state.unit.call_sign,
                "key": said["id"],
            }
            found.append(
                {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": {"type": "Point", "coordinates": [state.unit.lng, state.unit.lat]},
                }
            )
    return found


def strip(request: HttpRequest) -> HttpResponse:
    """`GET /desk/units`: the strip of units."""
    return render(request, "desk/parts/units.html", {"groups": groups(request.actor)})  # type: ignore[attr-defined]


def options(case: Case, actor: Actor) -> Recommendation:
    """Units of the actor's own body that could go to `case`, soonest first."""
    found = recommend(case, (), actor, limit=MOST)
    own = set(actor.bodies)

    def ours(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        return tuple(each for each in candidates if each.state.unit.body_id in own)[:4]

    return Recommendation(ours(found.able), ours(found.others), found.sketch)


def sent(case: Case) -> list[Sent]:
    """The assignments of `case`, the open ones first, each with its next steps."""
    rows = []
    for assignment in case.assignments.select_related("unit"):
        stage = assignment.stage
        steps = [(step.value, _words(step)) for step, sources in FOLLOWS.items() if stage in sources]
        rows.append(Sent(assignment, state_of(assignment.unit), steps if assignment.is_open else []))
    return sorted(rows, key=lambda row: not row.assignment.is_open)


def step(assignment_id: Any, stage: str, actor: Actor, reason: str, key: str | None) -> None:
    """Say a step of an assignment. Raises what `response.moves.move` raises."""
    assignment = Assignment.objects.select_related("unit").get(pk=assignment_id)
    move(assignment, stage, actor, reason=reason, key=key)


def _words(stage: Stage) -> str:
    return {
        Stage.ACKNOWLEDGED: _("Acknowledged"),
        Stage.EN_ROUTE: _("Has left"),
        Stage.ON_SCENE: _("Is on scene"),
        Stage.CLEAR: _("Is clear"),
        Stage.REFUSED: _("Refuses"),
        Stage.WITHDRAWN: _("Stand down"),
    }[stage]
