"""Days and moments in words: the one formatter for pages, messages, prints and explanations."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linli.base import clock


def day_words(day: date) -> str:
    """«2026年10月8日 星期四» or "Thu 8 Oct 2026"."""
    # Translators: a format of Django's date filter.
    return date_format(day, _("D j M Y"))


def moment_words(moment: datetime) -> str:
    """The same with the city's wall-clock time, seconds only where there are some: "Thu 8 Oct 2026 09:30"."""
    local = clock.local(moment)
    return f"{day_words(local.date())} {local:{'%H:%M:%S' if local.second else '%H:%M'}}"
