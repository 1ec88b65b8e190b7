"""A refusal raised anywhere in a page becomes its page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from linli.base.refusal import Refusal
from linli.ui.errors import refused


class Refusals:
    """Answers a `Refusal` with its status, sentence and next step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None for anything that is not a refusal."""
        return refused(request, exception) if isinstance(exception, Refusal) else None
