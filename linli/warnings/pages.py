"""Pages of warnings for those on duty: one warning with its chain and map, and the strip above a desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.accounts.actor import Actor
from linli.base.refusal import NotFound
from linli.signals.gateways.cap.times import read
from linli.warnings import register
from linli.warnings.issuing import released_of
from linli.warnings.lists import DRAFTERS, READERS, TONES, state_label, state_of
from linli.warnings.models import Warning


def warning(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`GET /warnings/ID/`: what it says, where, its messages from first to last, what was found in them."""
    row = Warning.objects.filter(pk=pk).first()
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if row is None or not may_see(row, actor):
        raise NotFound()
    history = [{**said, "at": read(said.get("sent", ""))} for said in reversed(row.history)]
    context = {
        "face": register.face(row),
        "row": row,
        "state": state_label(row),
        "tone": TONES[state_of(row)],
        "history": sorted(history, key=lambda said: str(said["sent"]), reverse=True),
        "features": register.features([row]),
        "texts": row.texts,
        "may_change": actor.post in DRAFTERS and state_of(row) in ("in_force", "review") and bool(released_of(row)),
    }
    return render(request, "warnings/warning.html", context)


def strip(request: HttpRequest) -> HttpResponse:
    """`GET /warnings/strip`: the warnings in force in the reader's areas, for the top of a desk."""
    return render(request, "warnings/parts/strip_lines.html", strip_facts(request.actor))  # type: ignore[attr-defined]


def strip_facts(actor: Actor) -> dict[str, Any]:
    """What the strip shows to `actor`."""
    return {"warnings": register.faces(row for row in register.concerning(actor.areas) if may_see(row, actor))}


def may_see(row: Warning, actor: Actor) -> bool:
    """What is not for everybody is for the posts that watch over warnings."""
    return row.public or actor.post in READERS
