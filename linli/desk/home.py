"""The first page of a post: its desk if it has one, else its own work in due order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.accounts.registry import posts
from linli.base import clock
from linli.cases.models import Case
from linli.warnings.pages import strip_facts

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A group of cases on the home page."""

    label: Any
    tone: str
    cases: list[Case]
    more: bool


def first(request: HttpRequest) -> HttpResponse:
    """`GET /`: on to the home of the post on duty."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    post = posts.get(actor.post)
    return HttpResponseRedirect(reverse(post.home if post else "desk:home"))


def home(request: HttpRequest) -> HttpResponse:
    """`GET /home/`: overdue, today, next; figures of the day in words."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    midnight = datetime.combine(clock.local(now).date() + timedelta(days=1), time(), tzinfo=clock.LOCAL)
    mine = Case.objects.filter(closed_at__isnull=True)
    if actor.bodies:
        mine = mine.filter(bodies__overlap=list(actor.bodies))
    mine = mine.select_related("kind", "responsible").order_by("due_order", "pk")
    parts = [
        _part(_("Overdue"), "red", mine.filter(due_at__lt=now)),
        _part(_("Due today"), "orange", mine.filter(due_at__gte=now, due_at__lt=midnight)),
        _part(_("Next"), "blue", mine.filter(due_at__gte=midnight)),
        _part(_("Without a date"), "idle", mine.filter(due_at__isnull=True)),
    ]
    context = {"parts": parts, "now": now, "nothing": not any(p.cases for p in parts), **strip_facts(actor)}
    return render(request, "desk/home.html", context)


def _part(label: Any, tone: str, rows: QuerySet[Case]) -> Part:
    found = list(rows[: SHOWN + 1])
    return Part(label, tone, found[:SHOWN], len(found) > SHOWN)
