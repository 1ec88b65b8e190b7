"""Addresses of the screens that cross rooms."""

from __future__ import annotations

from linli.desk import live
from linli.ui.routes import ANY_POST, route

routes = [
    route("live/events", live.events, name="live", posts=ANY_POST),
]
