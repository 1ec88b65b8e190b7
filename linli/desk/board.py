"""The alarm desk: one screen with queue, map, case and units; nothing reloads, nothing is modal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from linli.accounts.actor import Actor
from linli.base import clock, outbox
from linli.cases.faces import attach_clocks, first_clock
from linli.cases.models import Case
from linli.cases.registry import kinds
from linli.desk import units
from linli.ui.clocks import ClockFace
from linli.warnings.pages import strip_facts

QUEUE = 200
POSTS = ("duty_operator", "shift_leader", "police_110", "fire_119")


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the queue: its place in the order, its most pressing clock, and whether nobody has taken it."""

    case: Case
    order: str
    face: ClockFace | None
    alarm: int
    state_label: Any
    state_tone: str


def waiting(actor: Actor) -> QuerySet[Case]:
    """Open cases that move people and that the actor may see, most pressing first."""
    moving = [kind.key for kind in kinds if kind.moves_people]
    rows = Case.objects.filter(kind_id__in=moving, closed_at__isnull=True)
    return rows.order_by("priority", "due_order", "pk")


def rows_of(cases: Iterable[Case]) -> list[Row]:
    """The queue's view of cases, their clocks by one query."""
    listed = list(cases)
    attach_clocks(listed)
    return [row_of(case) for case in listed]


def row_of(case: Case) -> Row:
    """The queue's view of a case; needs `attach_clocks`."""
    kind = kinds.get(case.kind_id)
    state = next((item for item in kind.workflow.states if item.key == case.state), None) if kind else None
    untaken = bool(kind and case.state == kind.workflow.start and case.priority <= 2)
    order = f"{case.priority}-{case.due_order:%Y%m%d%H%M%S%f}-{case.pk}"
    return Row(
        case,
        order,
        first_clock(case),
        case.priority if untaken else 0,
        state.label if state else case.state,
        state.tone if state else "idle",
    )


def board(request: HttpRequest, pk: Any = None) -> HttpResponse:
    """`GET /desk/`: the desk, with the case `pk` (or the most pressing one) open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    after = outbox.last_id()
    rows = rows_of(waiting(actor)[:QUEUE])
    chosen = next((row.case for row in rows if row.case.pk == pk), rows[0].case if rows and pk is None else None)
    if pk is not None and chosen is None:
        chosen = Case.objects.filter(pk=pk).first()
    late = sum(1 for row in rows if row.case.due_at and row.case.due_at < clock.now())
    context = {
        "rows": rows,
        "chosen": chosen,
        "open": len(rows),
        "late": late,
        "live_after": after,
        "groups": units.groups(actor),
        **strip_facts(actor),
    }
    return render(request, "desk/board.html", context)


def queue_rows(request: HttpRequest) -> HttpResponse:
    """`GET /desk/queue/rows?keys=ID,ID`: the rows of these cases that are still in the queue, or all of them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases = waiting(actor)
    if keys := [key for key in request.GET.get("keys", "").split(",") if key]:
        cases = cases.filter(pk__in=keys)
    return render(request, "desk/parts/queue_rows.html", {"rows": rows_of(cases[:QUEUE])})


def queue_head(request: HttpRequest) -> HttpResponse:
    """`GET /desk/queue/head`: how many are open and late."""
    cases = waiting(request.actor)  # type: ignore[attr-defined]
    late = cases.filter(due_at__lt=clock.now()).count()
    return render(request, "desk/parts/queue_head.html", {"open": cases.count(), "late": late})


def points(request: HttpRequest) -> JsonResponse:
    """`GET /desk/points.json`: waiting cases and units as GeoJSON."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    features = [_point(case) for case in waiting(actor)[:QUEUE] if case.lng is not None and case.lat is not None]
    return JsonResponse({"type": "FeatureCollection", "features": [*features, *units.features(actor)]})


def _point(case: Case) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [case.lng, case.lat]},
        "properties": {
            "priority": case.priority,
            "label": case.title,
            "key": str(case.pk),
            "pulse": case.priority == 1,
            "href": reverse("desk:board_case", args=[case.pk]),
        },
    }
