"""The programmes of this installation: the files in `programmes/`, read again when they change."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import NotFound
from linli.scoreboard.loading import BadProgramme, load
from linli.scoreboard.programme import Programme

# The last reading of each folder, by the time of its newest file.
_read: dict[tuple[Path, int], dict[str, Programme | BadProgramme]] = {}


class NoProgramme(NotFound):
    """There is no file of that name."""

    code = "scoreboard.no_programme"
    sentence = _("There is no programme «{key}». There are: {known}.")


def folder() -> Path:
    """Where the files stand."""
    return Path(settings.ROOT) / "programmes"


def programmes() -> dict[str, Programme | BadProgramme]:
    """Every file by its name; a file that cannot be read stands as its BadProgramme, so that it is not dropped."""
    files = sorted(folder().glob("*.toml"))
    # Files may be based on each other: a change of one reads all.
    newest = max((path.stat().st_mtime_ns for path in files), default=0)
    state = (folder(), hash((newest, *files)))
    if state not in _read:
        found = {path.stem: _load(path) for path in files}
        _read.clear()
        _read[state] = found
    return _read[state]


def programme(key: str) -> Programme:
    """The programme of the file `key`. NoProgramme when there is none; BadProgramme when it cannot be read."""
    found = programmes().get(key)
    if found is None:
        raise NoProgramme(key=key, known=", ".join(programmes()) or "—")
    if isinstance(found, BadProgramme):
        raise found
    return found


def _load(path: Path) -> Programme | BadProgramme:
    try:
        return load(path)
    except BadProgramme as fault:
        return fault
