"""Signals over HTTP: what became of everything that came in."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from linli.accounts.api import operation
from linli.base.refusal import Refusal
from linli.signals import sums
from linli.signals.lists import MENDERS

router = Router(tags=["signals"])


class SinceUnreadable(Refusal):
    """The beginning of the time asked for cannot be read."""

    code = "signals.since_unreadable"
    sentence = _("«{since}» is no moment: write 24h, 7d or 2026-05-20T08:00+08:00.")
    next_step = _("Write another beginning")
    status = 422


class CountOut(Schema):
    """One hour of one protocol; `together` is what was sent and acknowledged."""

    hour: datetime
    protocol: str
    logged: int
    folded: int
    duplicates: int
    quarantined: int
    together: int


@router.get("/signals/counts", response=list[CountOut])
@operation(posts=MENDERS)
def counts(request: HttpRequest, since: str = "24h") -> list[CountOut]:
    """From the full hour of `since` (`30m`, `24h`, `7d` or ISO 8601) on, oldest first."""
    try:
        rows = sums.by_hour(sums.read_since(since))
    except ValueError as fault:
        raise SinceUnreadable(since=since[:40]) from fault
    names = (*sums.NAMES, "together")
    return [
        CountOut(hour=hour, protocol=protocol, **{name: getattr(found, name) for name in names})
        for hour, protocol, found in rows
    ]
