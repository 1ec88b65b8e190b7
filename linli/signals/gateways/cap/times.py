"""Times of CAP: XSD dateTime with a zone; the dialect's form with a blank; what senders write instead."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})? ?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # fmt: skip


def read(text: str | None) -> datetime | None:
    """The instant in UTC to the second; None when it is no time with a zone. `Z` and a blank for T are read."""
    found = _TIME.fullmatch((text or "").strip())
    if not found:
        return None
    zone = found[3].upper()
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{'+00:00' if zone == 'Z' else zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown(moment: datetime | None) -> str | None:
    """The instant as the vectors write it: UTC with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
