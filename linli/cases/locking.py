"""One way to take hold of a case: the actor must see it; then its row is locked and the house works on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from linli.accounts.actor import Actor
from linli.base import outbox, visibility
from linli.base.refusal import NotFound
from linli.cases.models import Case


@contextmanager
def locked(case_id: Any, actor: Actor) -> Iterator[Case]:
    """The case, locked until the transaction ends. NotFound when it is not there for `actor`.

    Inside, the house sees every row: an act may open a child elsewhere or tell a post of another area.
    """
    if actor.post != "system":
        with actor.sees():
            if not Case.objects.filter(pk=case_id).exists():
                raise NotFound()
    with visibility.system():
        cases = Case.objects.select_related("workflow", "kind").defer("workflow__document")
        case = cases.select_for_update(of=("self",)).filter(pk=case_id).first()
        if case is None:
            raise NotFound()
        yield case


def announce(case: Case, topic: str, what: str = "") -> None:
    """Tell the open pages and the webhooks, after commit: `case.opened`, `case.changed`, `case.closed`."""
    payload = {
        "id": str(case.pk),
        "number": case.number,
        "kind": case.kind_id,
        "state": case.state,
        "priority": case.priority,
        "version": case.version,
        "signals": case.signals,
        "what": what,
    }
    outbox.emit(topic, payload, case.area_path, case.bodies)
