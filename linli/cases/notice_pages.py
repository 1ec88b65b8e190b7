"""The notices of one's post: what waits, what was seen, and seeing it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from linli.cases.pages import actor_of
from linli.notices.models import Message
from linli.notices.sending import acknowledge, for_actor, text, unread

SEEN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice in words, and where it leads."""

    message: Message
    text: str
    href: str


def index(request: HttpRequest) -> HttpResponse:
    """`GET /notices/`: those that wait, urgent first; behind them the last fifty that were seen."""
    actor = actor_of(request)
    waiting = [_shown(message) for message in unread(actor)[:200]]
    seen = [_shown(message) for message in for_actor(actor).filter(acknowledged_at__isnull=False)[:SEEN]]
    return render(request, "cases/notices.html", {"waiting": waiting, "seen": seen})


@require_POST
def seen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`POST /notices/<id>/seen`: acknowledge it, and every other about the same thing; then to that thing."""
    acknowledge(pk, actor_of(request))
    message = Message.objects.get(pk=pk)
    return HttpResponseRedirect(_shown(message).href or reverse("cases:notices"), status=303)


def _shown(message: Message) -> Shown:
    kind, _colon, key = message.about.partition(":")
    return Shown(message, text(message), reverse("cases:by_number", args=[key]) if kind == "case" else "")
