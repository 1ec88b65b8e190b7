"""Chinese text: folding for comparison, pinyin for search, and personal numbers found in free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal

import phonenumbers
from pypinyin import Style, pinyin

Kind = Literal["id_number", "phone"]
# 18 digits (the last may be X) or the 15 of cards before 1999, not inside a longer run of letters and digits.
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[0-9Xx]|[1-9]\d{14})(?![0-9A-Za-z])")
_BORN = re.compile(r"\d{6}(?:(?:18|19|20)\d\d|\d\d(?=\d{7}$))(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]?")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")


def fold(text: str) -> str:
    """For comparing: full-width letters and digits to half-width (NFKC), one space between words, lower case."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


@lru_cache(maxsize=8192)
def to_pinyin(text: str) -> str:
    """The sound of a name without tones, in one word: 池阳街道 → chiyangjiedao. Other letters stay, folded."""
    return "".join(_syllables(text))


@lru_cache(maxsize=8192)
def to_initials(text: str) -> str:
    """The first letters of the syllables: 池阳街道 → cyjd."""
    return "".join(syllable[0] for syllable in _syllables(text))


def _syllables(text: str) -> list[str]:
    # What has no sound stays, character by character (pypinyin's stubs know only the one-string form).
    found = pinyin(fold(text), style=Style.NORMAL, errors=lambda other: list(other))  # type: ignore[arg-type,return-value]
    return [syllable for syllable in chain.from_iterable(found) if syllable.isalnum()]


@dataclass(frozen=True)
class Found:
    """A personal number in a text: what it is, where it stands (start, end in characters), itself, masked."""

    kind: Kind
    start: int
    end: int
    value: str
    masked: str


def find_personal_numbers(text: str) -> list[Found]:
    """Id numbers (居民身份证号, GB 11643) and telephone numbers in free text, in their order.

    An id counts when its birth date can be one (a wrong check digit is a slip, and still somebody's number).
    Telephones: anything that looks like a mobile number, and what the Chinese number plan knows as a
    landline with its area code. Digits may be full-width.
    """
    plain = "".join(_halved(character) for character in text)
    found: list[Found] = []
    for kind, start, number in chain(_ids(plain), _phones(plain)):
        end = start + len(number)
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Found(kind, start, end, number, mask(number)))
    return sorted(found, key=lambda item: item.start)


def _ids(text: str) -> Iterator[tuple[Kind, int, str]]:
    for match in _ID_NUMBER.finditer(text):
        if _BORN.fullmatch(match.group()):
            yield "id_number", match.start(), match.group()


def _phones(text: str) -> Iterator[tuple[Kind, int, str]]:
    for match in _MOBILE.finditer(text):
        yield "phone", match.start(), match.group()
    for known in phonenumbers.PhoneNumberMatcher(text, "CN"):
        # Without its area code a landline cannot be told from a year and a serial number.
        if known.raw_string.lstrip("(（").startswith(("0", "+")):
            yield "phone", known.start, known.raw_string


def mask_personal_numbers(text: str) -> str:
    """The text with every personal number masked: id 3429**********123X, phone 138****5678."""
    for item in reversed(find_personal_numbers(text)):
        text = text[: item.start] + item.masked + text[item.end :]
    return text


def mask(number: str) -> str:
    """The number with its middle hidden: ids keep four characters at each end, phones three and four."""
    head = 4 if len(number) >= 15 else 3
    hidden = len(number) - head - 4
    return number[:head] + "*" * hidden + number[-4:] if hidden > 0 else "*" * len(number)


def _halved(character: str) -> str:
    """A full-width ASCII character as its half-width twin; one character stays one character."""
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text, each once, in their order: what a word of two is found by."""
    return list(dict.fromkeys(text[start : start + 2] for start in range(len(text) - 1)))
