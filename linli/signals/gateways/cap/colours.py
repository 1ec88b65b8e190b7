"""Warning levels and colours (Emergency Response Law 2024, article 63): 1 red, 2 orange, 3 yellow, 4 blue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COLOURS = ("red", "orange", "yellow", "blue")
LEVEL = {colour: level for level, colour in enumerate(COLOURS, start=1)}
LABELS: dict[str, Any] = {
    "red": pgettext_lazy("warning", "red"),
    "orange": pgettext_lazy("warning", "orange"),
    "yellow": pgettext_lazy("warning", "yellow"),
    "blue": pgettext_lazy("warning", "blue"),
    "": _("no level"),
}
CHINESE = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
"""The severity that goes with a colour when we write CAP."""
_OF_SEVERITY = {severity: colour for colour, severity in SEVERITY.items()}
_NATIONAL = {colour.capitalize(): colour for colour in COLOURS}
_SAID = {sign: colour for colour, sign in CHINESE.items()} | {colour: colour for colour in COLOURS}
PARAMETER = "AlertColor"


def of_severity(severity: str) -> str | None:
    """The colour that a CAP severity stands for; None for Unknown and anything else."""
    return _OF_SEVERITY.get(severity)


def of_national(severity: str) -> str | None:
    """The colour of the national dialect, whose severity is the colour's English name."""
    return _NATIONAL.get(severity.strip().capitalize())


def of_word(word: str) -> str | None:
    """The colour that `红`, `红色` or `Red` names; None for other words."""
    return _SAID.get(word.strip().lower().removesuffix("色"))
