"""Addresses of the screens that cross rooms."""

from __future__ import annotations

from linli.desk import help as help_pages
from linli.desk import home, live, maps, search
from linli.desk.admin.urls import routes as admin_routes
from linli.ui.routes import ANY_POST, PUBLIC, route

routes = [
    route("", home.first, name="first", posts=ANY_POST),
    route("home/", home.home, name="home", posts=ANY_POST),
    route("search", search.search, name="search", posts=ANY_POST),
    route("help/", help_pages.index, name="help", posts=ANY_POST),
    route("help/<slug:key>/", help_pages.page, name="help_page", posts=ANY_POST),
    route("maps/base/<slug:key>.json", maps.layer, name="map_layer", posts=PUBLIC),
    route("live/events", live.events, name="live", posts=ANY_POST),
    *admin_routes,
]
