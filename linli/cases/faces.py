"""What clock bars show: the clocks of many cases by one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base import clock as time
from linli.base.calendar import ONE_DAY
from linli.base.calendar_store import load_calendar
from linli.base.due import SHORT_UNITS
from linli.cases import clocks
from linli.cases.declarations import Clock
from linli.cases.models import Case, RunningClock
from linli.cases.workflows import workflow_of
from linli.ui.clocks import ClockFace, warn_at

# Up to here a clock counts up like a stopwatch: the desk's seconds.
STOPWATCH = timedelta(minutes=10)


def attach_clocks(cases: Iterable[Case]) -> None:
    """Put on each case `clock_faces`: its running clocks, the first due first. One query for all."""
    by_id = {case.pk: case for case in cases}
    for case in by_id.values():
        case.clock_faces = []  # type: ignore[attr-defined]
    rows = RunningClock.objects.filter(case_id__in=by_id, stopped_at__isnull=True).order_by("due_at", "id")
    for row in rows:
        case = by_id[row.case_id]
        case.clock_faces.append(face_of(row, clocks.declared_clock(workflow_of(case), row.key)))  # type: ignore[attr-defined]


def first_clock(case: Case) -> ClockFace | None:
    """The running clock that is due first; needs `attach_clocks`."""
    faces: list[ClockFace] = case.clock_faces  # type: ignore[attr-defined]
    return next((face for face in faces if not face.paused_at), faces[0] if faces else None)


def face_of(row: RunningClock, declared: Clock | None) -> ClockFace:
    """One clock as the screen needs it; `why` is its arithmetic."""
    if declared is None:
        return ClockFace(label=row.key, started_at=row.started_at, due_at=row.due_at, stopped_at=row.stopped_at)
    short = declared.unit in SHORT_UNITS
    quick = short and row.due_at - row.started_at <= STOPWATCH
    return ClockFace(
        label=clocks.label(declared),
        started_at=row.started_at,
        due_at=row.due_at,
        warn_at=warn_at(row.started_at, row.due_at, declared.warn_at) if declared.warn_at else None,
        face="stopwatch" if quick else "rest" if short else "calendar",
        stopped_at=row.stopped_at,
        paused_at=row.paused_at,
        reason=row.pauses[-1]["ground"] if row.paused_at else "",
        rest="" if short or row.stopped_at else _rest(row, declared),
        clause=declared.clause,
        why=" ".join(clocks.explain(row, declared)),
    )


def _rest(row: RunningClock, declared: Clock) -> str:
    """«3 working days left» as the calendar counts them; the last day itself is said."""
    today, last = time.local(time.now()).date(), time.local(row.due_at).date() - ONE_DAY
    if today > last:
        return ""
    if today == last:
        return _("the last day")
    if declared.unit == "working_days":
        left = load_calendar().working_days(today + ONE_DAY, last)
        return ngettext("{n} working day left", "{n} working days left", left).format(n=left)
    left = (last - today).days
    return ngettext("{n} day left", "{n} days left", left).format(n=left)
