"""Kinds of events by the codes of GB/T 35561-2017, as far as they were seen in messages; others keep their own words.

The table of the standard is to be loaded from its text: codes beyond these are unconfirmed.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

CODES: dict[str, Any] = {"11B03": _("Rainstorm"), "11B06": _("Gale"), "11B09": _("Heat")}


def event_label(code: str) -> str:
    """The name of a code in the reader's language; "" for one that is not in the table."""
    return str(CODES.get(code, ""))
