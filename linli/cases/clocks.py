"""The clocks of a case: started and stopped by its states, paused and extended by people, each explaining itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.base import clock as time
from linli.base.calendar import WorkingCalendar
from linli.base.calendar_store import load_calendar
from linli.base.due import SHORT_UNITS, Due, Pause, due
from linli.base.steps import Step
from linli.base.words import end_words, moment_words
from linli.cases import timeline
from linli.cases.declarations import Clock, Workflow
from linli.cases.details import detail_of
from linli.cases.models import Case, RunningClock
from linli.cases.refusals import ClockNotPausable, ExtensionRefused, NoClock

OPENED = "opened"
_NO_CALENDAR = WorkingCalendar.of(())


def enter(case: Case, workflow: Workflow, entered: str, actor: Actor, *, opening: bool = False) -> None:
    """Stop the clocks that the state `entered` stops and start those it starts; sets `case.due_at` (not saved).

    A final state stops every clock. `opening`: also those that run from the opening of the case. A clock with
    `only` starts for cases alone whose detail has one of the named values.
    """
    now = case.opened_at if opening else time.now()
    running = {} if opening else {row.key: row for row in _running(case)}
    final = workflow.state(entered).final
    for declared in workflow.clocks:
        row = running.get(declared.key)
        if row and (final or entered in declared.stops_on):
            stop(row, now)
            del running[declared.key]
    for declared in workflow.clocks:
        starts = declared.starts_on == entered or (opening and declared.starts_on == OPENED)
        if starts and not final and declared.key not in running and _concerns(case, declared):
            _start(case, declared, now)
    refresh_due(case)


def _concerns(case: Case, declared: Clock) -> bool:
    if not declared.only:
        return True
    detail = detail_of(case)
    return all(getattr(detail, name, None) in values for name, values in declared.only.items())


def _start(case: Case, declared: Clock, now: datetime) -> RunningClock:
    row = RunningClock(case=case, key=declared.key, started_at=now)
    count(row, declared)
    row.first_due_at = row.due_at
    row.save()
    return row


def stop(row: RunningClock, now: datetime) -> None:
    """The clock has what it waited for. A pause that is still open ends with it."""
    if row.paused_at:
        _end_pause(row, now)
    row.stopped_at, row.next_fire_at = now, None
    row.save()


def count(row: RunningClock, declared: Clock, calendar: WorkingCalendar | None = None) -> None:
    """(Re)compute the due time, its explanation and the next step of the ladder; not saved."""
    counted = _due(row, declared, calendar)
    row.due_at = _extended(row) or counted.instant
    row.provisional = counted.provisional
    row.steps = [step.as_dict() for step in counted.steps]
    row.calendar_version = counted.calendar_version
    arm(row, declared)


def _due(row: RunningClock, declared: Clock, calendar: WorkingCalendar | None) -> Due:
    if calendar is None:
        calendar = _NO_CALENDAR if declared.unit in SHORT_UNITS else load_calendar()
    return due(
        row.started_at, declared.amount, declared.unit, declared.roll, calendar=calendar, pauses=_pauses(row.pauses)
    )


def _pauses(rows: Iterable[dict[str, Any]]) -> list[Pause]:
    return [
        Pause(datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["until"]), row["ground"])
        for row in rows
        if row["until"]
    ]


def _extended(row: RunningClock) -> datetime | None:
    """The end of the last extension, moved by the whole days paused since; None without one."""
    if not row.extensions:
        return None
    last = row.extensions[-1]
    allowed_at = datetime.fromisoformat(last["at"])
    days = sum(len(pause.days()) for pause in _pauses(row.pauses) if pause.since >= allowed_at)
    return datetime.fromisoformat(last["to"]) + timedelta(days=days)


def arm(row: RunningClock, declared: Clock) -> None:
    """Set `next_fire_at` to the first step of the ladder that was not taken; not saved."""
    waiting = [moment for share, moment in ladder(row, declared) if share not in row.fired]
    row.next_fire_at = None if row.stopped_at or row.paused_at else min(waiting, default=None)


def ladder(row: RunningClock, declared: Clock) -> list[tuple[int, datetime]]:
    """(per cent of the time, its instant): the warning, who else hears, and 100 when time is up; in order."""
    shares = {100, *declared.escalate, *([declared.warn_at] if 0 < declared.warn_at < 100 else [])}
    whole = row.due_at - row.started_at
    return [(share, row.due_at if share == 100 else row.started_at + whole * share / 100) for share in sorted(shares)]


def rearm(row: RunningClock, declared: Clock) -> None:
    """After the due time moved on: the steps that lie ahead again are to be taken again; not saved."""
    now = time.now()
    ahead = {share for share, moment in ladder(row, declared) if moment > now}
    row.fired = [share for share in row.fired if share not in ahead]
    arm(row, declared)


def pause(case: Case, declared: Clock, ground: str, actor: Actor, *, key: str | None = None) -> None:
    """Suspend a running day clock on a recorded ground. ClockNotPausable for clocks that run day and night."""
    if not may_pause(declared):
        raise ClockNotPausable(clock=label(declared))
    row = _one(case, declared, paused=False)
    now = time.now()
    row.paused_at, row.next_fire_at = now, None
    row.pauses = [*row.pauses, {"since": now.isoformat(), "until": "", "ground": ground, "who": actor.name}]
    row.save()
    timeline.add(case, "clock.paused", actor, text=ground, data={"clock": declared.key}, key=key)
    refresh_due(case)


def may_pause(declared: Clock) -> bool:
    """False for clocks that run day and night: hours, minutes, and whatever guards life (Civil Code 201)."""
    return declared.unit not in SHORT_UNITS and not declared.safety


def resume(case: Case, declared: Clock, actor: Actor, *, key: str | None = None) -> None:
    """Let a paused clock run on; its due time moves by the days that were not counted."""
    row = _one(case, declared, paused=True)
    before = row.due_at
    _end_pause(row, time.now())
    count(row, declared)
    rearm(row, declared)
    row.save()
    timeline.add(case, "clock.resumed", actor, data=moved(declared, before, row.due_at), key=key)
    refresh_due(case)


def extend(case: Case, declared: Clock, until: datetime, ground: str, actor: Actor, *, key: str | None = None) -> None:
    """Give more time, approved by `actor`; the old due time stays on the clock. ExtensionRefused if it is no later."""
    row = _one(case, declared)
    before = row.due_at
    if until <= before:
        raise ExtensionRefused(due=end_words(before))
    row.extensions = [
        *row.extensions,
        {
            "from": before.isoformat(),
            "to": until.isoformat(),
            "ground": ground,
            "who": actor.name,
            "at": time.now().isoformat(),
        },
    ]
    row.due_at = until
    rearm(row, declared)
    row.save()
    timeline.add(case, "clock.extended", actor, text=ground, data=moved(declared, before, until), key=key)
    refresh_due(case)


def refresh_due(case: Case) -> None:
    """`case.due_at` = the earliest due time of the clocks that run; not saved."""
    case.due_at = _running(case).filter(paused_at__isnull=True).aggregate(first=Min("due_at"))["first"]


def explain(row: RunningClock, declared: Clock | None = None) -> list[str]:
    """How the due time came about, a sentence each, in the reader's language (start, pauses, days, result, clause)."""
    said = [Step(**step).text() for step in row.steps]
    if row.paused_at:
        said.append(
            _("Paused since {since}: {ground}.").format(
                since=moment_words(row.paused_at), ground=row.pauses[-1]["ground"]
            )
        )
    for extension in row.extensions:
        values = {name: end_words(datetime.fromisoformat(extension[name])) for name in ("from", "to")}
        text = _("Extended from {since} to {until}, approved by {who}: {ground}.")
        said.append(
            text.format(since=values["from"], until=values["to"], who=extension["who"], ground=extension["ground"])
        )
    if declared and declared.clause:
        said.append(_("Rule: {clause}.").format(clause=declared.clause))
    return said


def label(declared: Clock) -> str:
    """What the clock counts, in words."""
    return str(declared.label) or declared.key


def declared_clock(workflow: Workflow, key: str) -> Clock | None:
    """The clock `key` of a workflow, or None."""
    return next((declared for declared in workflow.clocks if declared.key == key), None)


def _running(case: Case) -> Any:
    return RunningClock.objects.filter(case=case, stopped_at__isnull=True)


def _one(case: Case, declared: Clock, paused: bool | None = None) -> RunningClock:
    row = _running(case).filter(key=declared.key).first()
    if row is None or (paused is not None and bool(row.paused_at) != paused):
        raise NoClock(clock=label(declared), number=case.number)
    return row


def _end_pause(row: RunningClock, now: datetime) -> None:
    row.pauses = [*row.pauses[:-1], {**row.pauses[-1], "until": now.isoformat()}]
    row.paused_at = None


def moved(declared: Clock, before: datetime, after: datetime) -> dict[str, str]:
    """What the timeline keeps of a due time that moved."""
    return {"clock": declared.key, "from": before.isoformat(), "to": after.isoformat()}
