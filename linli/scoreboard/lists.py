"""The room's place in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.ui.declarations import Entry

ENTRIES = (Entry(label=_("Programmes"), room="programme", to="scoreboard:programmes", icon="target"),)
