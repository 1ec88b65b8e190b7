"""Addresses of the programme's pages. Figures are open to every post; rows follow what the post may see."""

from __future__ import annotations

from linli.scoreboard import indicator_views, views
from linli.ui.routes import ANY_POST, PUBLIC, route

routes = [
    route("programmes/", views.index, name="programmes", posts=ANY_POST),
    route("programmes/<slug:key>/", views.page, name="programme", posts=ANY_POST),
    route("programmes/<slug:key>/brief", views.brief, name="brief", posts=ANY_POST),
    route("programmes/<slug:key>/<slug:number>/map.geojson", views.area_map, name="map", posts=ANY_POST),
    route("indicators/<str:key>/", indicator_views.page, name="indicator", posts=ANY_POST),
    route("indicators/<str:key>/rows.csv", indicator_views.export, name="rows", posts=ANY_POST),
    route("rights/", views.rights, name="rights", posts=PUBLIC),
]
