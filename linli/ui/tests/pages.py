"""Addresses of the browser tests: the kit's own, a live page, a stream that a test can cut, and base layers."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import AsyncIterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template import engines
from django.urls import include, path

from linli.base import clock
from linli.base.refusal import NotYours
from linli.ui.routes import PUBLIC, route
from linli.ui.urls import routes as kit

stream: queue.Queue[tuple[str, dict[str, Any]] | None] = queue.Queue()
cut = threading.Event()
rows: dict[str, str] = {}
seen_after: list[str] = []
number = [0]
SQUARE = [[[117.0, 30.0], [118.0, 30.0], [118.0, 31.0], [117.0, 31.0], [117.0, 30.0]]]


def forget() -> None:
    """Back to the state before a test."""
    rows.clear()
    seen_after.clear()
    cut.clear()
    while not stream.empty():
        stream.get_nowait()


PAGE = """{% extends "ui/shell.html" %}{% load kit %}{% block title %}live{% endblock %}{% block main %}
<span data-top-clock></span><p data-sound-note hidden>sound</p>
<section class="card" id="pane" data-live-pane data-live-topics="cases">{% include "ui/parts/stale_note.html" %}
<div class="queue" data-live-rows="cases" data-rows-url="/live/rows"></div>
<p id="units">{{ now|date:"c" }}</p></section>{% endblock %}"""


def live(request: HttpRequest) -> HttpResponse:
    """A page with one live pane."""
    return HttpResponse(engines["django"].from_string(PAGE).render({"now": clock.now()}, request))


def live_rows(request: HttpRequest) -> HttpResponse:
    """The fragments of the rows asked for."""
    return HttpResponse("".join(rows[key] for key in request.GET.get("keys", "").split(",") if key in rows))


def events(request: HttpRequest) -> Any:
    """The stream: what the test puts into it, heartbeats between; 503 while it is cut."""
    seen_after.append(request.headers.get("Last-Event-ID", ""))
    if cut.is_set():
        return HttpResponse(status=503)
    return StreamingHttpResponse(_frames(), content_type="text/event-stream")


async def _frames() -> AsyncIterator[str]:
    yield f"id: {number[0]}\nevent: heartbeat\ndata: {json.dumps({'at': clock.now().isoformat()})}\n\n"
    while not cut.is_set():
        try:
            item = stream.get_nowait()
        except queue.Empty:
            await asyncio.sleep(0.02)
            continue
        if item:
            number[0] += 1
            yield f"id: {number[0]}\nevent: {item[0]}\ndata: {json.dumps(item[1])}\n\n"


def base_layer(request: HttpRequest, layer: str) -> JsonResponse:
    """A base layer: one square county, empty others."""
    geometry = {"type": "Polygon", "coordinates": SQUARE}
    square = {"type": "Feature", "geometry": geometry, "properties": {"name": "贵池区", "name_en": "Guichi"}}
    return JsonResponse({"type": "FeatureCollection", "features": [square] if layer == "counties" else []})


def refused(request: HttpRequest) -> HttpResponse:
    """A view that says no."""
    raise NotYours(posts="auditor")


def broken(request: HttpRequest) -> HttpResponse:
    """A view with a fault."""
    raise RuntimeError("specimen fault")


handler400 = "linli.ui.errors.bad_request"
handler403 = "linli.ui.errors.no_permission"
handler404 = "linli.ui.errors.not_found"
handler429 = "linli.ui.errors.too_many"
handler500 = "linli.ui.errors.broken"
urlpatterns = [
    route("refused", refused, name="refused", posts=PUBLIC),
    route("broken", broken, name="broken", posts=PUBLIC),
    route("api/refused", refused, name="api_refused", posts=PUBLIC),
    path("", include((kit, "ui"), namespace="ui")),
    path("", include(([route("live/events", events, name="live", posts=PUBLIC)], "desk"), namespace="desk")),
    route("live", live, name="page", posts=PUBLIC),
    route("live/rows", live_rows, name="rows", posts=PUBLIC),
    route("maps/base/<str:layer>.json", base_layer, name="base_layer", posts=PUBLIC),
]
