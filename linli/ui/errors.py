"""Pages for what went wrong: what happened, what was kept, what to do next. One shape for page, fragment and API."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal

log = logging.getLogger("linli.errors")

NOTHING_CHANGED = _("Nothing was changed.")
PAGES: dict[int, tuple[Any, Any, Any]] = {
    400: (_("The address or the form could not be read"), NOTHING_CHANGED, _("Go back and send the form again.")),
    403: (
        _("This page came too late or from elsewhere"),
        _("Nothing was changed; what you typed is still on the page before."),
        _("Go back, load that page again and send it once more."),
    ),
    404: (
        _("There is nothing at this address"),
        NOTHING_CHANGED,
        _("Check the address or the number, or look for it with /."),
    ),
    429: (_("Too many tries"), NOTHING_CHANGED, _("Wait a minute, then try again.")),
    500: (
        _("The house could not do this"),
        _("What was saved before is kept; this step was taken back as a whole."),
        _("Try once more. If it happens again, give the number below to your administrator."),
    ),
}


def answer(request: HttpRequest, status: int, what: Any, kept: Any, next_step: Any, **more: Any) -> HttpResponse:
    """The same fault as a page, as a fragment for htmx, or as JSON for the API."""
    facts = {"status": status, "what": what, "kept": kept, "next_step": next_step, **more}
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({name: str(value) for name, value in facts.items()}, status=status)
    if request.headers.get("HX-Request"):
        parts = {"sentence": what, "next_step": next_step}
        return render(request, "ui/parts/refusal.html", parts, status=status)
    return render(request, "ui/error.html", {**facts, "back": request.headers.get("Referer", "")}, status=status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that reached the rim of a page."""
    return answer(
        request, refusal.status, refusal.text(), NOTHING_CHANGED, refusal.next_step or PAGES[404][2], code=refusal.code
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return answer(request, 400, *PAGES[400])


def no_permission(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also of a missing or old CSRF token."""
    return answer(request, 403, *PAGES[403])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return answer(request, 404, *PAGES[404])


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429."""
    return answer(request, 429, *PAGES[429])


def broken(request: HttpRequest) -> HttpResponse:
    """500: the reference stands in the log beside the traceback that Django writes."""
    reference = uuid4().hex[:8]
    log.error("error page %s for %s %s", reference, request.method, request.path)
    return answer(request, 500, *PAGES[500], reference=reference)
