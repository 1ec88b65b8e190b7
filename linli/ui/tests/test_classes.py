"""Classes that templates write are classes that the kit has: a misspelt one would be seen by nobody but the reader."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOOKS = {"stale-say"}  # for scripts alone


def test_every_class_of_a_template_is_in_the_styles():
    styles = "".join(path.read_text("utf-8") for path in (ROOT / "frontend" / "src" / "css").glob("*.css"))
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles)) | HOOKS
    unknown = set()
    for path in (ROOT / "linli").rglob("templates/**/*.html"):
        for classes in re.findall(r'class="([^"]*)"', path.read_text("utf-8")):
            words = re.sub(r"{%.*?%}|{{.*?}}", " ", classes).split()
            unknown |= {(path.name, word) for word in words if word not in known}
    assert unknown == set()
