"""Addresses of the signals room."""

from __future__ import annotations

from linli.signals.gateways.http import views
from linli.ui.routes import PUBLIC, route

routes = [
    route("in/v1/events", views.receive, name="events_in", posts=PUBLIC),
]
