"""The timer: takes each step of each clock's ladder when its moment comes, once, whatever else happens.

The next moment of every clock is a stored, indexed column, so one query finds what is due among any number of
running clocks (L11). Each case is handled in a transaction of its own, under its row lock; a second worker skips it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import lazy

from linli.accounts.actor import SYSTEM
from linli.base import clock as time
from linli.base import visibility
from linli.base.refusal import Refusal
from linli.base.words import in_every_language
from linli.cases import clocks, lawful, timeline
from linli.cases.act import act
from linli.cases.declarations import Clock, Workflow
from linli.cases.effects import about
from linli.cases.locking import announce
from linli.cases.models import Case, RunningClock
from linli.cases.workflows import workflow_of
from linli.notices.sending import notify

log = logging.getLogger("linli.cases.timer")
LIMIT = 200
AGAIN = timedelta(minutes=1)


def fire_due(now: datetime | None = None, limit: int = LIMIT) -> int:
    """Take the steps whose moment is at or before `now`, of at most `limit` clocks; how many clocks moved on.

    A clock that cannot be handled is logged, tried again after a minute and keeps no other from its turn.
    """
    moment = now or time.now()
    with visibility.system():
        due = RunningClock.objects.filter(next_fire_at__lte=moment).order_by("next_fire_at", "id")
        rows = list(due.values_list("id", "case_id")[:limit])
    return sum(_safely(row_id, case_id, moment) for row_id, case_id in rows)


def _safely(row_id: UUID, case_id: UUID, now: datetime) -> bool:
    try:
        return _fire(row_id, case_id, now)
    except Exception:
        log.exception("clock %s of case %s; tried again in a minute", row_id, case_id)
        with visibility.system():
            RunningClock.objects.filter(pk=row_id).update(next_fire_at=now + AGAIN)
        return False


def _fire(row_id: UUID, case_id: UUID, now: datetime) -> bool:
    """Take every step of one clock that is due. False when another worker has the case or was faster."""
    with visibility.system():
        cases = Case.objects.select_related("workflow", "kind").defer("workflow__document")
        case = cases.select_for_update(of=("self",), skip_locked=True).filter(pk=case_id).first()
        row = RunningClock.objects.filter(pk=row_id, next_fire_at__lte=now).first() if case else None
        if case is None or row is None:
            return False
        workflow = workflow_of(case)
        declared = clocks.declared_clock(workflow, row.key)
        if declared is None:
            raise LookupError(f"the workflow of {case.number} has no clock {row.key}")
        steps = [share for share, at in clocks.ladder(row, declared) if at <= now and share not in row.fired]
        row.fired = [*row.fired, *steps]
        clocks.arm(row, declared)
        row.save(update_fields=["fired", "next_fire_at"])
        for share in steps:
            _step(case, workflow, row, declared, share)
        announce(case, "case.changed", "clock")
        if 100 in steps and declared.fires:
            _act(case, declared)
    return True


def _step(case: Case, workflow: Workflow, row: RunningClock, declared: Clock, share: int) -> None:
    """Tell those who work on the case of the warning and of the end, and whoever else the clock names."""
    data = {"clock": declared.key, "share": share, "due": row.due_at.isoformat()}
    working = [post for post in lawful.working_posts(case, workflow) if _steps_now(case, workflow, post)]
    if share == 100:
        timeline.add(case, "clock.overdue", SYSTEM, data=data, occurred_at=row.due_at)
        _tell("cases.clock_overdue", case, row, declared, share, working, case.responsible_id)
    elif share == declared.warn_at:
        timeline.add(case, "clock.warned", SYSTEM, data=data)
        _tell("cases.clock_warning", case, row, declared, share, working, case.responsible_id)
    if share in declared.escalate:
        post = declared.escalate[share]
        timeline.add(case, "clock.escalated", SYSTEM, data=data | {"post": post})
        _tell("cases.clock_escalated", case, row, declared, share, [post], None)


def _steps_now(case: Case, workflow: Workflow, post: str) -> bool:
    return any(case.state in step.sources and post in step.posts for step in workflow.transitions)


def _tell(
    notice: str, case: Case, row: RunningClock, declared: Clock, share: int, posts: list[str], body_id: Any
) -> None:
    if not posts:
        return
    fields = about(case) | {
        "clock": in_every_language(declared.label or declared.key),
        "due": {"end": row.due_at.isoformat()},
        "share": str(share),
    }
    notify(notice, case.area_path, body_id, fields, f"case:{case.number}", case.priority, posts=posts)


def _act(case: Case, declared: Clock) -> None:
    """Make the step the clock names; if the law refuses it, the timeline says why and people go on."""
    try:
        act(case.pk, declared.fires, SYSTEM)
    except Refusal as refusal:
        sentence = in_every_language(lazy(refusal.text, str)())
        data = {"clock": declared.key, "transition": declared.fires, "code": refusal.code, "sentence": sentence}
        timeline.add(case, "clock.could_not_fire", SYSTEM, data=data)
