"""The desk's lists and its lines of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.desk.admin import lists as admin
from linli.desk.board import POSTS
from linli.ui.declarations import Entry

LISTS = admin.LISTS
ENTRIES = (
    Entry(label=_("Alarm desk"), room="desk", to="desk:board", posts=POSTS, icon="siren"),
    *admin.ENTRIES,
    Entry(label=_("Health"), room="admin", to="site:health_page", posts=("administrator",), icon="heart"),
)
