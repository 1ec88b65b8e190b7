"""Addresses of the programme's pages: for those who answer for it, since missing rows say where protection lacks."""

from __future__ import annotations

from linli.scoreboard import indicator_views, views
from linli.scoreboard.lists import POSTS
from linli.ui.routes import PUBLIC, route

routes = [
    route("programmes/", views.index, name="programmes", posts=POSTS),
    route("programmes/<slug:key>/", views.page, name="programme", posts=POSTS),
    route("programmes/<slug:key>/brief", views.brief, name="brief", posts=POSTS),
    route("programmes/<slug:key>/<slug:number>/map.geojson", views.area_map, name="map", posts=POSTS),
    route("indicators/<str:key>/", indicator_views.page, name="indicator", posts=POSTS),
    route("indicators/<str:key>/rows.csv", indicator_views.export, name="rows", posts=POSTS),
    route("rights/", views.rights, name="rights", posts=PUBLIC),
]
