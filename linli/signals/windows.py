"""Maintenance and silence of a device: declared by a person, for a reason, until a moment. Signals like any other.

In both the device is heard and shown as ever. Maintenance marks what comes; silence lets no cases come of it, except
of danger to life (the engine of rules says so).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.ids import uuid7
from linli.base.refusal import Refusal
from linli.signals import kinds
from linli.signals.accept import write
from linli.signals.envelope import Envelope

LONGEST = timedelta(days=30)
_KINDS = {"maintenance": kinds.MAINTENANCE, "muted": kinds.MUTED}


class WindowTooLong(Refusal):
    """An end is needed, and not too far away."""

    code = "signals.window_too_long"
    sentence = _("The window must end after now and within {days} days; this one ends {until}.")
    next_step = _("Choose another end")
    status = 422


class WindowNeedsReason(Refusal):
    """Whoever silences a device says why."""

    code = "signals.window_needs_reason"
    sentence = _("Say why, in one sentence: it stands in the device's history.")
    next_step = _("Enter the reason")
    status = 422


def begin(asset_id: UUID, what: Literal["maintenance", "muted"], until: datetime, reason: str, actor: Actor) -> None:
    """Begin a window of `asset_id` now, or give the standing one another end. Raises WindowTooLong, WindowNeedsReason."""
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise WindowTooLong(days=LONGEST.days, until=until.isoformat())
    if not reason.strip():
        raise WindowNeedsReason()
    _say(asset_id, what, "raised", {"until": until, "reason": reason.strip()}, actor)


def end(asset_id: UUID, what: Literal["maintenance", "muted"], actor: Actor) -> None:
    """End a window now."""
    _say(asset_id, what, "restored", {}, actor)


def _say(
    asset_id: UUID, what: str, phase: Literal["raised", "restored"], values: dict[str, object], actor: Actor
) -> None:
    now = clock.now()
    by = str(actor.user_id or actor.post)
    with transaction.atomic():
        write(
            [
                Envelope(
                    protocol="desk", source=f"desk:{by}", kind=_KINDS[what], phase=phase, occurred_at=now,
                    received_at=now, values={**values, "by": by}, trust="authenticated", asset_id=asset_id,
                    body=uuid7().bytes,
                )
            ]
        )  # fmt: skip
