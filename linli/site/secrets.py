"""The installation's own secrets: made at the first start, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

NAMES = ("django", "postgres", "linli_owner", "linli_app", "linli_gate", "ledger_pseudonym", "sealing", "events_demo")


def load(folder: Path) -> dict[str, str]:
    """The secrets of the data folder `folder`, by name; missing ones are made and written (mode 0600)."""
    path = folder / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file, indent=1)
        draft.replace(path)
    return known
