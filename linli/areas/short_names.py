"""The short name of the county (else of the city) that a place lies in, as it stands in case numbers."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "short-names.toml"


@cache
def short_names() -> dict[str, str]:
    """Area path → short name, the city first."""
    return tomllib.loads(TABLE.read_text("utf-8"))


def short_name(area_path: str) -> str:
    """贵池 for `34.3417.341702.341702001`; the city's own where the path lies in no county or outside the city."""
    names = short_names()
    labels = area_path.split(".")
    for length in range(len(labels), 0, -1):
        found = names.get(".".join(labels[:length]))
        if found:
            return found
    return next(iter(names.values()))
