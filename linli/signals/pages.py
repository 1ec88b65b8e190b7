"""Pages of the signals room: one kept frame or many of one kind, with their bytes, and the button to run them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linli.base import visibility
from linli.base.refusal import NotFound
from linli.signals import bytes_shown, reasons
from linli.signals.lists import QUARANTINE
from linli.signals.models import Quarantine, QuarantinedFrame
from linli.signals.quarantine import replay
from linli.ui.list_pages import chosen

FRAMES_SHOWN, BYTES_SHOWN = 20, 1024
# The log waits while these are run again.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One frame as the page draws it."""

    received_at: datetime
    replayed_at: datetime | None
    size: int
    cut: bool
    text: str
    hex: str
    envelope: dict[str, Any] | None


def quarantined(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /quarantine/PK/`: why it was not taken in, and the newest of its frames byte by byte."""
    row = Quarantine.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    frames = row.frames.order_by("-received_at", "-id")
    facts = {
        "row": row,
        "reason": reasons.label(row.reason),
        "frames": [_shown(frame) for frame in frames[:FRAMES_SHOWN]],
        "kept": frames.count(),
        "waiting": 0 if row.reason in reasons.UNPROVEN else frames.filter(replayed_at=None).count(),
        "unproven": row.reason in reasons.UNPROVEN,
        "at_once": AT_ONCE,
    }
    return render(request, "signals/quarantined.html", facts)


def _shown(frame: QuarantinedFrame) -> Shown:
    raw = bytes(frame.raw or b"")
    return Shown(
        received_at=frame.received_at,
        replayed_at=frame.replayed_at,
        size=len(raw),
        cut=len(raw) > BYTES_SHOWN,
        text=bytes_shown.as_text(raw, BYTES_SHOWN),
        hex="\n".join(bytes_shown.hex_lines(raw, BYTES_SHOWN)),
        envelope=None if raw else frame.envelope,
    )


@require_POST
def replay_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /quarantine/PK/replay`: run its frames again; back to it with what became of them."""
    if not Quarantine.objects.filter(pk=pk).exists():
        raise NotFound()
    _run_again(request, [pk])
    return HttpResponseRedirect(reverse("signals:quarantined", args=[pk]))


@require_POST
def replay_chosen(request: HttpRequest) -> HttpResponse:
    """`POST /quarantine/replay`: run the frames of the rows chosen in the list again; back to the list."""
    _run_again(request, [row.pk for row in chosen(request, QUARANTINE.key)])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("ui:list", args=[QUARANTINE.key]))


def _run_again(request: HttpRequest, rows: Iterable[UUID]) -> None:
    with visibility.system():
        done = replay(rows, most=AT_ONCE, by=request.actor.user_id, within=True)  # type: ignore[attr-defined]
    taken = sum(not one.reason for one in done)
    if taken:
        text = ngettext("{n} frame was taken in.", "{n} frames were taken in.", taken)
        messages.success(request, text.format(n=taken))
    for reason, count in Counter(one.reason for one in done if one.reason).most_common(3):
        text = ngettext("{n} frame stays: {reason}.", "{n} frames stay: {reason}.", count)
        messages.warning(request, text.format(n=count, reason=reasons.label(reason)))
    if len(done) == AT_ONCE:
        messages.info(request, _("{n} were run again at once; press once more for the rest.").format(n=AT_ONCE))
    if not done:
        messages.info(request, _("Nothing waits here any more."))
