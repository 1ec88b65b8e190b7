"""Opening a case: numbered without gaps, at most one open per fold key, its first clocks running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.base import clock, visibility
from linli.base.refusal import NotYours
from linli.cases import clocks, details, numbers, timeline
from linli.cases.declarations import CaseKind, Subject
from linli.cases.locking import announce
from linli.cases.models import Case, WorkflowVersion
from linli.cases.refusals import UnknownKind
from linli.cases.registry import kinds
from linli.cases.release import released
from linli.cases.texts import clean
from linli.cases.workflows import workflow_of


@dataclass(frozen=True, slots=True)
class Opened:
    """The case, and whether it is new (False: an open one took the signal, or the key was sent before)."""

    case: Case
    created: bool


def open_case(
    kind_key: str,
    subject: Subject,
    detail: dict[str, Any],
    actor: Actor,
    *,
    fold_key: str | None = None,
    key: str | None = None,
    opened_by: dict[str, Any] | None = None,
    is_test: bool = False,
    workflow: WorkflowVersion | None = None,
    mask: bool = False,
) -> Opened:
    """Open a case of `kind_key` in one transaction, or count the signal on the open one with the same `fold_key`.

    `key` is the sender's idempotency key; `opened_by` says what caused it (ids only: signal, rule, case);
    `workflow` is a released version other than the current one (a contract's, or an older one when history is
    loaded). Raises UnknownKind, NotYours, NotReleased, DetailRefused, UnknownFields, PersonalNumbers, KeyUsed.
    """
    kind = kinds.get(kind_key)
    if kind is None:
        raise UnknownKind(kind=kind_key)
    if actor.post != "system" and actor.post not in kind.open_posts:
        raise NotYours(posts=", ".join(sorted(kind.open_posts)) or "system")
    with visibility.system():
        if fold_key:
            _queue_up(fold_key)
        if known := timeline.repeated(key):
            return Opened(known.case, False)
        standing = _standing(fold_key)
        if standing:
            _count_signal(standing, subject, actor, key, opened_by or {})
            return Opened(standing, False)
        case = _new(kind, subject, actor, opened_by or {}, workflow or released(kind), mask)
        case.is_test = is_test
        if fold_key:
            case.fold_key, case.signals, case.last_signal_at = fold_key, 1, case.opened_at
            case.recurrence_of = _last_closed(fold_key)
        _write(case, kind, detail, actor, key, mask)
    return Opened(case, True)


def _queue_up(fold_key: str) -> None:
    """Openings with one fold key wait for each other, so the second finds what the first committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [fold_key])


def _standing(fold_key: str | None) -> Case | None:
    if not fold_key:
        return None
    return Case.objects.select_for_update().filter(fold_key=fold_key, closed_at__isnull=True).first()


def _last_closed(fold_key: str) -> Case | None:
    return Case.objects.filter(fold_key=fold_key, closed_at__isnull=False).order_by("-closed_at").first()


def _new(
    kind: CaseKind,
    subject: Subject,
    actor: Actor,
    opened_by: dict[str, Any],
    version: WorkflowVersion,
    mask: bool,
) -> Case:
    responsible = subject.responsible.pk if isinstance(subject.responsible, Body) else subject.responsible
    moment = subject.opened_at or clock.now()
    bodies: list[UUID] = list(dict.fromkeys(filter(None, (responsible, actor.body))))
    by = {"post": actor.post, "user": str(actor.user_id or ""), "body": str(actor.body or "")}
    case = Case(
        kind_id=kind.key,
        workflow=version,
        title=clean(subject.title, actor, mask)[:200],
        state_since=moment,
        priority=subject.priority or kind.priority,
        area_path=subject.area_path,
        address=subject.address,
        lng=subject.lng,
        lat=subject.lat,
        premises_id=subject.premises_id,
        asset_id=subject.asset_id,
        organisation_id=subject.organisation_id,
        responsible_id=responsible,
        bodies=bodies,
        opened_at=moment,
        parent_id=subject.parent_id,
        opened_by=by | opened_by,
    )
    case.state = workflow_of(case).start
    return case


def _write(case: Case, kind: CaseKind, detail: dict[str, Any], actor: Actor, key: str | None, mask: bool) -> None:
    """Draw the number last, so that its counter is locked for as short as can be."""
    workflow = workflow_of(case)
    case.number = numbers.draw(case.area_path, kind.number_word, case.opened_at)
    case.save(force_insert=True)
    details.make(case, kind, detail, actor, mask)
    clocks.enter(case, workflow, workflow.start, actor, opening=True)
    case.save(update_fields=["due_at"])
    data = {"state": case.state, "by": case.opened_by}
    timeline.add(case, "opened", actor, data=data, occurred_at=case.opened_at, key=key)
    announce(case, "case.opened", "opened")


def _count_signal(case: Case, subject: Subject, actor: Actor, key: str | None, opened_by: dict[str, Any]) -> None:
    """One more signal for an open case: counted; on the timeline the first ten and then each round number."""
    case.signals += 1
    case.last_signal_at = max(subject.opened_at or clock.now(), case.last_signal_at or case.opened_at)
    urgent = subject.priority is not None and subject.priority < case.priority
    if urgent:
        case.priority = subject.priority or case.priority
    case.save(update_fields=["signals", "last_signal_at", "priority"])
    if key or urgent or _round(case.signals):
        data = {"count": case.signals, "by": opened_by, **({"priority": case.priority} if urgent else {})}
        timeline.add(case, "signal", actor, data=data, occurred_at=subject.opened_at, key=key)
    announce(case, "case.changed", "signal")


def _round(count: int) -> bool:
    return count <= 10 or count % 10 ** (len(str(count)) - 1) == 0
