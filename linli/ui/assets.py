"""The built front end: which file stands for a name. `frontend/` makes `static/ui/build/` with its `assets.json`."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

FOLDER = Path(__file__).resolve().parent / "static" / "ui" / "build"


@lru_cache(maxsize=4)
def _table(changed: float) -> dict[str, str]:
    return json.loads((FOLDER / "assets.json").read_text()) if changed else {}


def asset(name: str) -> str:
    """The address of `main.js`, `main.css` or `icons.svg`. Before the first build: a name that is not there."""
    listing = FOLDER / "assets.json"
    changed = listing.stat().st_mtime if listing.exists() else 0.0
    return static(f"ui/build/{_table(changed).get(name, f'not-built-{name}')}")
