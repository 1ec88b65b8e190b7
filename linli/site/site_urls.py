"""The house's own addresses."""

from __future__ import annotations

from linli.site import views
from linli.ui.routes import PUBLIC, route

routes = [
    route("health", views.status, name="health", posts=PUBLIC),
    route("admin/health/", views.page, name="health_page", posts=("administrator",)),
]
