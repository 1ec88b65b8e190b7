"""Where this installation keeps its data. Apart from the settings, which make what is missing in there."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("LINLI_VAR", ROOT / "var")).resolve()
