"""Readers of single cells: each raises ValueError with a sentence in the words of the one who fills the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from linli.base.text import fold

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def text(longest: int) -> Callable[[str], str]:
    """Plain text of at most `longest` characters; a number that the spreadsheet has rounded is refused."""

    def read(cell: str) -> str:
        if _SCIENTIFIC.fullmatch(cell):
            raise ValueError(
                _(
                    "the table has turned the number into {cell}, its last digits are lost: set the column "
                    "to «text» and enter it again"
                ).format(cell=cell)
            )
        if len(cell) > longest:
            raise ValueError(
                _("at most {longest} characters; this one has {count}").format(longest=longest, count=len(cell))
            )
        return cell

    return read


def day(cell: str) -> date:
    """A day: 2026-05-20, 2026/5/20, 2026年5月20日."""
    match = _DAY.fullmatch(cell.split(" ")[0] if cell[-1:].isdigit() else cell)
    if not match:
        raise ValueError(_("«{cell}» is no day; write it as 2026-05-20").format(cell=cell))
    year, month, number = (int(part) for part in match.groups())
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(_("there is no {month}-{day} in {year}").format(month=month, day=number, year=year)) from None


def degrees(low: float, high: float) -> Callable[[str], float]:
    """A longitude or latitude in degrees, within what can lie in China."""

    def read(cell: str) -> float:
        try:
            value = float(cell.replace("°", ""))
        except ValueError:
            raise ValueError(_("«{cell}» is no number of degrees; write it as 117.4931").format(cell=cell)) from None
        if not low <= value <= high:
            raise ValueError(
                _("{cell} lies outside {low} to {high}: are longitude and latitude exchanged?").format(
                    cell=cell, low=low, high=high
                )
            )
        return value

    return read


def choice(words: Mapping[str, str]) -> Callable[[str], str]:
    """One of `words` (as written → key); the key itself is taken too."""
    known = {fold(word): key for word, key in words.items()} | {fold(key): key for key in words.values()}

    def read(cell: str) -> str:
        key = known.get(fold(cell))
        if key is None:
            raise ValueError(
                _("«{cell}» is not known here; there are: {known}").format(cell=cell, known="、".join(words))
            )
        return key

    return read


def number(cell: str) -> int:
    """A whole number of zero or more."""
    if not cell.isdigit():
        raise ValueError(_("«{cell}» is no whole number").format(cell=cell))
    return int(cell)
