"""The path of a case: the states it went through with how their clocks ended, the one it is in, and what lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.clocks import OPENED, declared_clock, label
from linli.cases.declarations import Workflow
from linli.cases.models import Case, RunningClock, TimelineEntry
from linli.ui.format import span

LONGEST = 9


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the path. `kind`: done, now or ahead; `note` is the clock's result there."""

    label: Any
    kind: str
    at: datetime | None = None
    note: str = ""


def path_of(case: Case, workflow: Workflow, entries: list[TimelineEntry], clocks: list[RunningClock]) -> list[Stop]:
    """The stops in order; of a long way back the last ones. Ahead stand the states the shortest way leads through."""
    walked: list[tuple[str, datetime]] = []
    for entry in entries:
        state = entry.data.get("state") if entry.what == "opened" else entry.data.get("to")
        moved = entry.what == "opened" or (entry.what.startswith("act.") and entry.data.get("from") != state)
        if moved and state:
            walked.append((state, entry.occurred_at if entry.what == "opened" and entry.occurred_at else entry.at))
    labels = {state.key: state.label for state in workflow.states}
    final = case.closed_at is not None
    stops = [
        Stop(
            labels.get(state, state),
            "done" if final or number < len(walked) - 1 else "now",
            at,
            _result(workflow, clocks, state, number, walked),
        )
        for number, (state, at) in enumerate(walked)
    ]
    ahead = [] if final else [Stop(labels[key], "ahead") for key in way_ahead(workflow, case.state)]
    return [*stops[-max(3, LONGEST - len(ahead)) :], *ahead]


def way_ahead(workflow: Workflow, state: str) -> list[str]:
    """The states people would go through to the nearest good end (the first final one declared, else any)."""
    finals = [item.key for item in workflow.states if item.final]
    ways = {state: [state]}
    waiting = [state]
    while waiting:
        here = waiting.pop(0)
        for step in workflow.transitions:
            if here in step.sources and step.target not in ways and step.posts != ("system",):
                ways[step.target] = [*ways[here], step.target]
                waiting.append(step.target)
    good = [item.key for item in workflow.states if item.final and item.tone == "good"]
    for key in (*good, *finals):
        if key in ways and key != state:
            return ways[key][1:]
    return []


def _result(
    workflow: Workflow, clocks: list[RunningClock], state: str, number: int, walked: list[tuple[str, datetime]]
) -> str:
    """How the clock that ended on leaving this stop ended: «confirm: in time, 3 h», «repair: 2 d late»."""
    if number + 1 >= len(walked):
        return ""
    left = walked[number + 1][1]
    for row in clocks:
        declared = declared_clock(workflow, row.key)
        begins = declared is not None and (
            declared.starts_on == state or (number == 0 and declared.starts_on == OPENED)
        )
        if declared and begins and row.stopped_at and abs((row.stopped_at - left).total_seconds()) < 1:
            late = (row.stopped_at - row.due_at).total_seconds()
            if late > 0:
                return _("{clock}: {span} late").format(clock=label(declared), span=span(late))
            used = span((row.stopped_at - row.started_at).total_seconds())
            return _("{clock}: in time, {span}").format(clock=label(declared), span=used)
    return ""
