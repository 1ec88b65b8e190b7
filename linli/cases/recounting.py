"""When the calendar gains a year: the open clocks are counted again, and each that moves says so (L29)."""

from __future__ import annotations

from uuid import UUID

from linli.accounts.actor import SYSTEM
from linli.base import visibility
from linli.base.calendar import WorkingCalendar
from linli.base.calendar_store import load_calendar
from linli.cases import clocks, timeline
from linli.cases.locking import announce, locked
from linli.cases.models import RunningClock
from linli.cases.workflows import workflow_of


def recompute(calendar: WorkingCalendar | None = None, limit: int = 500) -> int:
    """Count again up to `limit` open clocks that were counted with another calendar; returns how many were.

    Call until it returns 0. Clocks that have stopped keep the version they were counted with.
    """
    calendar = calendar or load_calendar()
    with visibility.system():
        rows = RunningClock.objects.filter(stopped_at__isnull=True).exclude(calendar_version="")
        stale = list(rows.exclude(calendar_version=calendar.version).values_list("id", "case_id")[:limit])
    for row_id, case_id in stale:
        _recount(row_id, case_id, calendar)
    return len(stale)


def _recount(row_id: UUID, case_id: UUID, calendar: WorkingCalendar) -> None:
    with locked(case_id, SYSTEM) as case:
        row = RunningClock.objects.filter(pk=row_id, stopped_at__isnull=True).first()
        if row is None:
            return
        declared = clocks.declared_clock(workflow_of(case), row.key)
        if declared is None:
            raise LookupError(f"the workflow of {case.number} has no clock {row.key}")
        before = row.due_at
        clocks.count(row, declared, calendar)
        if row.due_at != before:
            clocks.rearm(row, declared)
            data = clocks.moved(declared, before, row.due_at) | {"calendar": calendar.version}
            timeline.add(case, "clock.recounted", SYSTEM, data=data)
        row.save()
        if row.due_at != before:
            clocks.refresh_due(case)
            case.save(update_fields=["due_at"])
            announce(case, "case.changed", "clock.recounted")
