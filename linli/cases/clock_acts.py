"""What people do to a clock: suspend it on a ground, let it run on, give more time. Each is an act with its line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.accounts.actor import Actor
from linli.cases import clocks, lawful, timeline
from linli.cases.declarations import Clock
from linli.cases.locking import announce, locked
from linli.cases.models import Case
from linli.cases.refusals import NoClock
from linli.cases.texts import reason
from linli.cases.workflows import workflow_of


def suspend_clock(
    case_id: Any, clock_key: str, ground: str, actor: Actor, *, key: str | None = None, mask: bool = False
) -> Case:
    """Pause a running day clock on a recorded ground (Administrative Licensing Law 32, 45).

    Raises NotFound, NotWorking, ReasonMissing, NoClock, ClockNotPausable, PersonalNumbers.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "clock.paused"):
            return case
        declared = _declared(case, clock_key)
        lawful.check_working(case, workflow_of(case), actor)
        clocks.pause(case, declared, reason(ground, actor, mask), actor, key=key)
        _save(case, "clock.paused")
    return case


def resume_clock(case_id: Any, clock_key: str, actor: Actor, *, key: str | None = None) -> Case:
    """Let a paused clock run on. Raises NotFound, NotWorking, NoClock."""
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "clock.resumed"):
            return case
        declared = _declared(case, clock_key)
        lawful.check_working(case, workflow_of(case), actor)
        clocks.resume(case, declared, actor, key=key)
        _save(case, "clock.resumed")
    return case


def extend_clock(
    case_id: Any,
    clock_key: str,
    until: datetime,
    ground: str,
    approver: Actor,
    *,
    key: str | None = None,
    mask: bool = False,
) -> Case:
    """Give a clock until `until` (aware); `approver` stands above the responsible body.

    Raises NotFound, NotAbove, ReasonMissing, NoClock, ExtensionRefused, PersonalNumbers.
    """
    with locked(case_id, approver) as case:
        if timeline.repeated(key, case.pk, "clock.extended"):
            return case
        declared = _declared(case, clock_key)
        lawful.check_superior(case, approver)
        clocks.extend(case, declared, until, reason(ground, approver, mask), approver, key=key)
        _save(case, "clock.extended")
    return case


def _declared(case: Case, key: str) -> Clock:
    declared = clocks.declared_clock(workflow_of(case), key)
    if declared is None:
        raise NoClock(clock=key, number=case.number)
    return declared


def _save(case: Case, what: str) -> None:
    case.save(update_fields=["due_at", "version"])
    announce(case, "case.changed", what)
