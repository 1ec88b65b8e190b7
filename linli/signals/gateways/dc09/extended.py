"""What stands behind the data: extended data `[idvalue]…` and the timestamp (DC-09 5.5.1, 2021/2026 tables).

A bad field behind the data costs that field, never the event.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple
from unicodedata import category

REDACTED = "*redacted*"
_WHOLE = re.compile(r"([^\]]*)\]((?:\[[A-Z][^\]]*\])*)(?:_([0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{2}-[0-9]{2}-[0-9]{4}))?\Z")
_STAMP_AT_END = re.compile(r"_([0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{2}-[0-9]{2}-[0-9]{4})\Z")
_DATA_END = re.compile(r"\](?=\[|_|\Z)")
_FIELD_END = re.compile(r"\](?=\[|\Z)")
_KEY_FIELD = re.compile(rb"(\[K)([^\]\r]*)")
_KEY_INSIDE = re.compile(r"\[K[0-9A-Fa-f]{16,}")
_DEGREES = re.compile(r"([0-9]{1,3})([EWNS])([0-9]{1,2}(?:\.[0-9]*)?)\Z")


class Parts(NamedTuple):
    """A frame's content from behind its `[` (or its pad): texts have one character for each byte (Latin-1)."""

    data: str
    fields: tuple[tuple[str, str], ...]
    fields_raw: str
    stamp_text: str | None
    deviations: list[str]


def split(content: str) -> Parts | None:
    """Data, extended data and timestamp of `data][idvalue]…_timestamp`; None when the data has no end."""
    whole = _WHOLE.match(content)
    if whole:
        data, raw, stamp_text = whole.groups()
        fields = tuple((part[0], part[1:]) for part in raw[1:-1].split("][")) if raw else ()
        return Parts(data, fields, raw, stamp_text, [])
    return _split_untidy(content)


def _split_untidy(content: str) -> Parts | None:
    deviations: list[str] = []
    stamp = _STAMP_AT_END.search(content)
    rest = content[: stamp.start()] if stamp else content
    end = _DATA_END.search(rest) or re.search(r"\]", rest)
    if end is None:
        return None
    data, tail = rest[: end.start()], rest[end.end() :]
    if "]" in data:
        deviations.append("data_contains_bracket")
    raw, fields = _fields(tail)
    if raw and "".join(f"[{name}{value}]" for name, value in fields if "]" not in value) != raw:
        deviations.append("xdata_unparsable")
    left = tail[len(raw) :]
    if left:
        deviations.append("timestamp_impossible" if left.startswith("_") else "tail_unreadable")
    return Parts(data, fields, raw, stamp[1] if stamp else None, deviations)


def _fields(tail: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The bracketed part at the start of the tail, and the fields in it as far as they can be told apart."""
    close = tail.rfind("]")
    if not tail.startswith("[") or close < 0:
        return "", ()
    raw = tail[: close + 1]
    parts = [part[1:] for part in _FIELD_END.split(raw) if part]
    return raw, tuple((part[0], part[1:]) for part in parts if part[:1].isalpha() and part[0].isupper())


def parse_stamp(text: str, zone: tzinfo = UTC) -> datetime | None:
    """`HH:MM:SS,MM-DD-YYYY` as an aware moment in UTC; None for an hour or a day that does not exist."""
    try:
        clock_time = int(text[:2]), int(text[3:5]), int(text[6:8])
        moment = datetime(int(text[15:19]), int(text[9:11]), int(text[12:14]), *clock_time, tzinfo=zone)
        return moment if zone is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def place(fields: dict[str, str]) -> tuple[float, float] | None:
    """(lng, lat) in degrees, WGS-84, from X `006E07.77` and Y `49N06.66` (degrees, letter, minutes); None when
    one is missing or lies outside the globe, or for 0,0 which devices send when they have no fix."""
    lng, lat = _degrees(fields.get("X", ""), "EW", 180), _degrees(fields.get("Y", ""), "NS", 90)
    if lng is None or lat is None or (lng == 0 and lat == 0):
        return None
    return lng, lat


def _degrees(text: str, letters: str, most: int) -> float | None:
    found = _DEGREES.match(text.strip())
    if not found or found[2] not in letters or float(found[3]) >= 60:
        return None
    value = int(found[1]) + float(found[3]) / 60
    if value > most:
        return None
    return -value if found[2] in "WS" else value


def redact(parts: Parts) -> Parts:
    """The same parts with the value of K (a new key for the panel) blanked, also where a bracket went missing."""
    if "[K" not in parts.fields_raw and "[K" not in parts.data:
        return parts
    fields = tuple(
        (name, REDACTED if name == "K" else _KEY_INSIDE.sub(f"[K{REDACTED}", value)) for name, value in parts.fields
    )
    return parts._replace(
        data=_KEY_INSIDE.sub(f"[K{REDACTED}", parts.data),
        fields=fields,
        fields_raw=blank_keys(parts.fields_raw.encode("latin-1")).decode("latin-1"),
    )


def blank_keys(raw: bytes) -> bytes:
    """A plain frame or plain text in which the values of K fields are written over with `*`, length kept."""
    return _KEY_FIELD.sub(lambda found: found[1] + b"*" * len(found[2]), raw) if b"[K" in raw else raw


def readable(text: str) -> str:
    """Latin-1 text as a person reads it: UTF-8, else Windows-1252 (DC-09 5.5.1.8); control characters are shown
    as \\xNN, so that nothing moves a terminal and nothing is refused by the database."""
    if text.isascii() and text.isprintable():
        return text
    raw = text.encode("latin-1")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1252", errors="replace")
    return "".join(_shown(character) for character in decoded)


def _shown(character: str) -> str:
    if character.isprintable() or category(character) == "Zs":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
