"""Puts the actor on duty on each request, and ends sessions that have lasted their 12 hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from linli.accounts.duty import actor_of
from linli.base import clock


class OnDuty:
    """`request.actor` is the person's Actor in the post he works in now, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        until = request.session.get("until")
        if until and datetime.fromisoformat(until) <= clock.now():
            logout(request)
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)
