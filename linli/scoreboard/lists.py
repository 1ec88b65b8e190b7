"""The room's place in the menu, and who has it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.ui.declarations import Entry

POSTS = ("leader", "programme_office", "coordinator", "county_security", "auditor")
ENTRIES = (Entry(label=_("Programmes"), room="programme", to="scoreboard:programmes", posts=POSTS, icon="target"),)
