"""What happened around accounts: log-ins, refusals at the door, posts given and handed over, tokens. Append-only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from linli.accounts.actor import Actor
from linli.accounts.models import AccountEvent
from linli.base import clock


def keep(
    kind: str,
    *,
    actor: Actor | None = None,
    request: HttpRequest | None = None,
    user: UUID | None = None,
    about: str = "",
    **details: Any,
) -> None:
    """Write one event, in a transaction of its own when none is open. `about`: a path, a post, a user name."""
    signed_in = request is not None and request.user.is_authenticated
    who = user or (actor.user_id if actor else None) or (request.user.pk if request and signed_in else None)
    address = request.META.get("REMOTE_ADDR") if request else None
    with transaction.atomic():
        AccountEvent.objects.create(
            kind=kind,
            at=clock.now(),
            user_id=who,
            post=actor.post if actor else "",
            about=about[:200],
            address=address or None,
            details=details,
        )
