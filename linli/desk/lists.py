"""The desk's lists and its lines of the menu."""

from __future__ import annotations

from linli.desk.admin import lists as admin

LISTS = admin.LISTS
ENTRIES = admin.ENTRIES
