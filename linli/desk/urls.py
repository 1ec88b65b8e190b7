"""Addresses of the screens that cross rooms."""

from __future__ import annotations

from linli.desk import board, home, incident, live, maps, search, units
from linli.desk import help as help_pages
from linli.desk.admin.urls import routes as admin_routes
from linli.ui.routes import ANY_POST, PUBLIC, route

routes = [
    route("", home.first, name="first", posts=ANY_POST),
    route("home/", home.home, name="home", posts=ANY_POST),
    route("search", search.search, name="search", posts=ANY_POST),
    route("help/", help_pages.index, name="help", posts=ANY_POST),
    route("help/<slug:key>/", help_pages.page, name="help_page", posts=ANY_POST),
    route("desk/", board.board, name="board", posts=board.POSTS),
    route("desk/queue/rows", board.queue_rows, name="queue_rows", posts=board.POSTS),
    route("desk/queue/head", board.queue_head, name="queue_head", posts=board.POSTS),
    route("desk/points.json", board.points, name="points", posts=board.POSTS),
    route("desk/units", units.strip, name="units", posts=board.POSTS),
    route("desk/<uuid:pk>/", board.board, name="board_case", posts=board.POSTS),
    route("desk/cases/<uuid:pk>", incident.pane, name="incident", posts=board.POSTS),
    route("desk/cases/<uuid:pk>/act", incident.act, name="act", posts=board.POSTS),
    route("desk/cases/<uuid:pk>/note", incident.note, name="note", posts=board.POSTS),
    route("desk/cases/<uuid:pk>/send", incident.send, name="send", posts=board.POSTS),
    route("desk/cases/<uuid:pk>/units/<uuid:assignment>", incident.move, name="move", posts=board.POSTS),
    route("maps/base/<slug:key>.json", maps.layer, name="map_layer", posts=PUBLIC),
    route("live/events", live.events, name="live", posts=ANY_POST),
    *admin_routes,
]
