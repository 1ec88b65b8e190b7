"""The text of a body: its label is a hint only (devices send UTF-8 as «GB2312» and the reverse; issue lists of makers)."""

from __future__ import annotations

import re

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""", re.IGNORECASE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOM = b"\xef\xbb\xbf"
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "gb-2312", "cp936"})


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text and what was repaired. UTF-8 that holds a multi-byte sequence wins, else GB 18030 (it holds GB 2312)."""
    notes: list[str] = []
    if data.startswith(_BOM):
        data, notes = data[len(_BOM) :], ["bom-stripped"]
    trimmed = data.rstrip(b"\0")
    if len(trimmed) != len(data):
        notes.append("trailing-nul-stripped")
    found = _DECLARED.match(trimmed[:200])
    declared = found.group(1).decode("ascii").lower() if found else ""
    text = _text(trimmed, declared, notes)
    cleaned = _FORBIDDEN.sub("", text)
    if len(cleaned) != len(text):
        notes.append("control-removed")
    return cleaned, notes


def _text(data: bytes, declared: str, notes: list[str]) -> str:
    if data.isascii():
        return data.decode("ascii")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese(data, declared, notes)
    if declared in _CHINESE:
        notes.append("declared-charset-overridden")
    return text


def _chinese(data: bytes, declared: str, notes: list[str]) -> str:
    if not declared:
        notes.append("charset-guessed")
    elif declared not in _CHINESE:
        notes.append("declared-charset-overridden")
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        notes.append("undecodable-replaced")
        return data.decode("gb18030", "replace")
    if declared in ("gb2312", "gb-2312") and not _fits(data):
        notes.append("declared-charset-widened")
    return text


def _fits(data: bytes) -> bool:
    try:
        data.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True
