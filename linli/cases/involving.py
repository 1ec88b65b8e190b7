"""Bodies that a case concerns: whoever is assigned or transferred to sees it."""

from __future__ import annotations

from typing import Any

from linli.accounts.actor import SYSTEM
from linli.cases.locking import locked


def involve(case_id: Any, body_id: Any) -> None:
    """Let the body see the case from now on. The caller writes on the timeline why; NotFound when there is no case."""
    with locked(case_id, SYSTEM) as case:
        if body_id not in case.bodies:
            case.bodies.append(body_id)
            case.save(update_fields=["bodies"])
