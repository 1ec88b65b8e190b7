"""Collect translatable texts from code and templates; `python -m tests.messages` adds new ones to the catalogues."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
    "_",
    "gettext",
    "ngettext:1,2",
)


def apps() -> list[Path]:
    """The folders that may have a catalogue: every room, and every pack."""
    rooms = [path for path in (ROOT / "linli").iterdir() if (path / "__init__.py").exists() and path.name != "domains"]
    return sorted([*rooms, *(path.parent for path in (ROOT / "linli" / "domains").glob("*/pack.py"))])


def extract(app: Path) -> Catalog:
    """Every translatable text of one room or pack, from Python and templates."""
    with tempfile.TemporaryDirectory() as folder:
        files = [
            str(path) for path in app.rglob("*.py") if "tests" not in path.parts and "migrations" not in path.parts
        ]
        if app.parent.name != "domains":
            files = [name for name in files if f"{app}/domains/" not in name]
        for number, template in enumerate(sorted(app.rglob("templates/**/*.*"))):
            target = Path(folder) / f"{number}.{template.name}.py"
            target.write_text(templatize(template.read_text("utf-8"), origin=str(template)), "utf-8")
            files.append(str(target))
        if not files:
            return Catalog()
        found = subprocess.run(
            [
                "xgettext",
                "--from-code=UTF-8",
                "--language=Python",
                "--output=-",
                "--no-location",
                *(f"--keyword={word}" for word in KEYWORDS),
                *files,
            ],
            capture_output=True,
            check=True,
        )
        pot = found.stdout.decode().replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=1; plural=0")
        return read_po(pot.splitlines()) if pot else Catalog()


def catalogue(app: Path, language: str = "zh_Hans") -> tuple[Path, Catalog]:
    """The path and content of a room's catalogue (empty when it has none yet)."""
    path = app / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return path, Catalog(locale=language)
    with path.open("rb") as file:
        return path, read_po(file, locale=language)


def main() -> None:
    """Add new texts to each catalogue with an empty translation, and drop what the code no longer says."""
    for app in apps():
        wanted = extract(app)
        path, have = catalogue(app)
        ids = [message.id for message in wanted if message.id]
        if not ids:
            continue
        merged = Catalog(locale="zh_Hans", charset="utf-8", header_comment="", project="Linli", fuzzy=False)
        for message in wanted:
            if message.id:
                known = have.get(message.id, message.context)
                merged.add(message.id, known.string if known else "", context=message.context, flags=message.flags)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, merged, sort_output=True, omit_header=False, width=0, no_location=True)
        print(path.relative_to(ROOT), len(ids), "texts")


if __name__ == "__main__":
    main()
