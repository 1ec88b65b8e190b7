"""Addresses of the kit."""

from __future__ import annotations

from linli.ui import list_pages, views
from linli.ui.routes import ANY_POST, PUBLIC, route

routes = [
    route("ui/language", views.language, name="language", posts=PUBLIC),
    route("ui/preferences", views.preferences, name="preferences", posts=ANY_POST),
    route("kit/", views.gallery, name="gallery", posts=PUBLIC),
    route("kit/<slug:page>/", views.gallery, name="gallery_page", posts=PUBLIC),
    route("lists/<str:key>/", list_pages.page, name="list", posts=ANY_POST),
    route("lists/<str:key>/points", list_pages.points, name="points", posts=ANY_POST),
    route("lists/<str:key>/filters", list_pages.filters, name="filters", posts=ANY_POST),
    route("lists/<str:key>/counts", list_pages.counts, name="counts", posts=ANY_POST),
    route("lists/<str:key>/views", list_pages.keep_view, name="views", posts=ANY_POST),
    route("lists/<str:key>/export.<str:form>", list_pages.export, name="export", posts=ANY_POST),
    route("lists/<str:key>/peek/<str:pk>", list_pages.peek, name="peek", posts=ANY_POST),
]
