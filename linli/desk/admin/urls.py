"""Addresses of the administration."""

from __future__ import annotations

from linli.desk.admin import views
from linli.desk.admin.lists import ADMIN, AUDIT
from linli.ui.routes import route

routes = [
    route("admin/users/new", views.new_user, name="new_user", posts=ADMIN),
    route("admin/users/<uuid:pk>/", views.user_page, name="user", posts=ADMIN),
    route("admin/users/<uuid:pk>/post", views.give_post, name="give_post", posts=ADMIN),
    route("admin/users/<uuid:pk>/password", views.set_password, name="set_password", posts=ADMIN),
    route("admin/users/<uuid:pk>/active", views.set_active, name="set_active", posts=ADMIN),
    route("admin/holdings/<uuid:pk>/end", views.end_post, name="end_post", posts=ADMIN),
    route("admin/bodies/new", views.body_page, name="new_body", posts=ADMIN),
    route("admin/bodies/<uuid:pk>/", views.body_page, name="body", posts=ADMIN),
    route("ledger/lines/<uuid:pk>/", views.ledger_line, name="ledger_line", posts=AUDIT),
    route("ledger/check", views.ledger_check, name="ledger_check", posts=AUDIT),
]
