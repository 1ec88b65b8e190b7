"""Addresses of the signals room."""

from __future__ import annotations

from linli.signals import pages
from linli.signals.gateways.cap import views as cap_views
from linli.signals.gateways.http import views
from linli.signals.lists import MENDERS
from linli.ui.routes import PUBLIC, route

routes = [
    route("in/v1/events", views.receive, name="events_in", posts=PUBLIC),
    route("in/v1/warnings", cap_views.receive, name="warnings_in", posts=PUBLIC),
    route("quarantine/replay", pages.replay_chosen, name="replay_chosen", posts=MENDERS),
    route("quarantine/<uuid:pk>/", pages.quarantined, name="quarantined", posts=MENDERS),
    route("quarantine/<uuid:pk>/replay", pages.replay_one, name="replay", posts=MENDERS),
]
