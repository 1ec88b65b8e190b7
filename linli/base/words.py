"""Days and moments in words: the one formatter for pages, messages, prints and explanations.

And texts kept in every language of the house, for what is written once and read by many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
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


def end_words(moment: datetime) -> str:
    """The end of a period: midnight is said as 24:00 of the day before, the last one that counts (Civil Code 203)."""
    local = clock.local(moment)
    if local.time() != time():
        return moment_words(moment)
    return f"{day_words(local.date() - timedelta(days=1))} 24:00"


def in_every_language(text: Any) -> dict[str, str]:
    """A lazy text in every language of the house: {"zh-hans": …, "en": …}."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = str(text)
    return said


def in_reader_language(said: Mapping[str, str]) -> str:
    """The text of `in_every_language` in the language of the reader, else in the first there is."""
    language = (translation.get_language() or settings.LANGUAGE_CODE).lower()
    return said.get(language) or next(iter(said.values()), "")
