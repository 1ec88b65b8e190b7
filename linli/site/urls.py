"""Every address of the house. Rooms bring their own `routes`; a pack's are mounted under its key."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from linli.accounts import urls as accounts_urls
from linli.site.site_urls import routes as site_routes

urlpatterns: list[URLPattern | URLResolver] = []
for _room in (
    "accounts",
    "access",
    "areas",
    "files",
    "notices",
    "ui",
    "registers",
    "signals",
    "cases",
    "response",
    "warnings",
    "scoreboard",
    "desk",
):
    if find_spec(f"linli.{_room}.urls"):
        urlpatterns.append(path("", include((import_module(f"linli.{_room}.urls").routes, _room), namespace=_room)))
urlpatterns += accounts_urls.library
urlpatterns.append(path("", include((site_routes, "site"), namespace="site")))
if find_spec("linli.accounts.api"):
    from linli.site import api, packs_urls

    urlpatterns += [path("api/v1/", api.build().urls), *packs_urls.patterns()]

handler400 = "linli.ui.errors.bad_request"
handler403 = "linli.ui.errors.no_permission"
handler404 = "linli.ui.errors.not_found"
handler429 = "linli.ui.errors.too_many"
handler500 = "linli.ui.errors.broken"
