"""Addresses of the kit."""

from __future__ import annotations

from linli.ui import views
from linli.ui.routes import ANY_POST, PUBLIC, route

routes = [
    route("ui/language", views.language, name="language", posts=PUBLIC),
    route("ui/preferences", views.preferences, name="preferences", posts=ANY_POST),
    route("kit/", views.gallery, name="gallery", posts=PUBLIC),
]
