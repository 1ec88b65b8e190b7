"""`linli packs new NAME`: the files of a whole small pack, ready to run and to be changed."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal
from linli.packs.words import chinese

FILES = Path(__file__).with_name("new")


class BadName(Refusal):
    """Not a name for a folder, a Python module and a prefix of keys."""

    code = "packs.bad_name"
    sentence = _("«{name}» cannot be a pack's name. Use small letters, digits and _, beginning with a letter.")
    status = 422


class PackThere(Refusal):
    """Nothing is overwritten."""

    code = "packs.there"
    sentence = _("There is a folder «{folder}» already; nothing was written. Choose another name.")


def write(key: str, into: Path, *, zh: str = "", word: str = "") -> list[Path]:
    """Write the skeleton of the pack `key` into the folder `into/key`; the files written, in order.

    `zh`: its name in Chinese; `word`: what stands in its case numbers. Raises BadName, PackThere.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", key) or keyword.iskeyword(key):
        raise BadName(name=key)
    folder = into / key
    if folder.exists():
        raise PackThere(folder=folder)
    title = key.replace("_", " ").capitalize()
    zh = zh or f"{title}（待译）"
    names = {"key": key, "title": title, "zh": zh, "word": word or key[:8].upper()}
    written = []
    for source in sorted(FILES.rglob("*.txt")):
        target = folder / source.relative_to(FILES).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text("utf-8")).substitute(names), "utf-8")
        written.append(target)
    return [*written, _catalogue(folder, title, zh)]


def _catalogue(folder: Path, title: str, zh: str) -> Path:
    """The Chinese of every text in the skeleton, so that the new pack passes the checks as it is."""
    catalogue = Catalog(locale="zh_Hans", project="Linli", charset="utf-8")
    for english, said in chinese(title, zh).items():
        catalogue.add(english, said)
    path = folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, width=0)
    return path
