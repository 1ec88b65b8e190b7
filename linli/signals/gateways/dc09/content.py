"""Two small questions about a frame's content: where does the pad end, and whose account does the data name?"""

from __future__ import annotations

import re

from linli.signals.gateways.dc09 import extended

_PAD = re.compile(r"[^|\[\]]*(?:\||(?=\]))")
_ACCOUNT_BEHIND_PAD = re.compile(r"\|(?=#[0-9A-Fa-f]{1,16}\|)")
_BLOCK_BEHIND_PAD = re.compile(r"\|(?=[NO][A-Za-z]{2}|[136][0-9A-Fa-f]{3} )")
_ACCOUNT = re.compile(r"(?:#([0-9A-Fa-f]{1,16})|([0-9A-Fa-f]{3,16}))?\|")
_ACCOUNT_ALONE = re.compile(r"#([0-9A-Fa-f]{1,16})(?=[NOA][A-Za-z]|\Z)")
_ACCOUNT_GLUED = re.compile(r"#([0-9A-Fa-f]{1,16})(?=[136][0-9A-Fa-f]{3} [0-9A-Fa-f]{2} [0-9A-Fa-f]{3} *\Z)")


def content_behind_pad(text: str, deviations: list[str]) -> str:
    """The `data][xdata]_timestamp` in a decrypted text `pad|data]…`; with empty data the pad runs into `]`.

    A pad may hold none of `|[]` (DC-09 5.5.1.7). When one does, the data is found by its account from the right.
    """
    pad = _PAD.match(text)
    start = pad.end() if pad else 0
    parts = extended.split(text[start:]) if pad else None
    if parts and not parts.deviations and not _ACCOUNT_BEHIND_PAD.search(parts.data):
        return text[start:]
    behind = [found.end() for found in _ACCOUNT_BEHIND_PAD.finditer(text)]
    if not behind:
        behind = [found.end() for found in _BLOCK_BEHIND_PAD.finditer(text)][:1]
    if behind:
        start = behind[-1]
    if any(mark in text[: max(0, start - 1)] for mark in "|[]"):
        deviations.append("pad_contains_delimiter")
    return text[start:]


def account_in_data(data: str, *, contact_id: bool) -> tuple[str | None, str, list[str]]:
    """The account that the data names (text, as sent), the data behind it, and the habits met on the way."""
    found = _ACCOUNT.match(data)
    if found:
        bare = found[2]
        return found[1] or bare, data[found.end() :], ["data_account_without_hash"] if bare else []
    found = (_ACCOUNT_GLUED if contact_id else _ACCOUNT_ALONE).match(data) or _ACCOUNT_ALONE.match(data)
    if found:
        rest = data[found.end() :]
        return found[1], rest, ["no_pipe_after_account"] if rest else []
    return None, data, []
