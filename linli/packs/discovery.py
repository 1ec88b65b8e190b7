"""Which packs there are: folders under `linli/domains/` with a `pack.py`, and entry points. Imports none of them."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from pathlib import Path

DOMAINS = Path(__file__).resolve().parent.parent / "domains"


def pack_modules() -> list[str]:
    """Dotted names of the packs' modules, sorted, minus those of LINLI_PACKS_OFF (`a,b`)."""
    off = set(filter(None, os.environ.get("LINLI_PACKS_OFF", "").split(",")))
    folders = {path.parent.name: f"linli.domains.{path.parent.name}" for path in DOMAINS.glob("*/pack.py")}
    foreign = {entry.name: entry.value for entry in entry_points(group="linli.packs")}
    return [module for key, module in sorted((foreign | folders).items()) if key not in off]
