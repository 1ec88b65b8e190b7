"""The timeline: what happened on a case, append-only, with the senders' idempotency keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.accounts.actor import Actor
from linli.base import clock
from linli.cases.models import Case, TimelineEntry
from linli.cases.refusals import KeyUsed


def add(
    case: Case,
    what: str,
    actor: Actor,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
    occurred_at: datetime | None = None,
    key: str | None = None,
) -> TimelineEntry:
    """Write one line; `what` is a stable word (`act.restore`, `clock.started`, `note`), never shown as it is."""
    return TimelineEntry.objects.create(
        case=case,
        at=clock.now(),
        occurred_at=occurred_at,
        what=what,
        text=text[:1000],
        post=actor.post,
        actor_id=actor.user_id,
        actor_name=actor.name,
        data=data or {},
        version=case.version,
        key=key,
    )


def repeated(key: str | None, case_id: Any = None, what: str = "") -> TimelineEntry | None:
    """The line that the same key wrote before, or None. KeyUsed when it was for another case or another act."""
    if key is None:
        return None
    entry = TimelineEntry.objects.select_related("case").filter(key=key).first()
    if entry and ((case_id and entry.case_id != case_id) or (what and entry.what != what)):
        raise KeyUsed(key=key, number=entry.case.number)
    return entry
