"""What an event's code means: kind, phase, names. The table is codes.toml; §3 of the protocol's design is its rule."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from linli.signals.envelope import Phase
from linli.signals.gateways.dc09.events import Event

_PHASE_OF_QUALIFIER: dict[str, Phase] = {"1": "raised", "3": "restored", "6": "continuing"}
_PHASE_OF_FAMILY: dict[str, Phase] = {"test": "test", "status": "info"}


class Code(NamedTuple):
    """A row of the table. `kind` may be `state` (Contact ID 401…: which one, the qualifier says)."""

    kind: str
    phase: Phase | None
    address: str
    name_en: str
    name_zh: str
    mode: str | None = None


class Meaning(NamedTuple):
    """What an event means. `address`: zone, user, area, door … or empty; a user is a person: number only, no name."""

    kind: str
    phase: Phase
    address: str
    name_en: str
    name_zh: str
    mode: str | None

    @property
    def is_alarm(self) -> bool:
        """Of the class that calls people out."""
        return self.kind.startswith("alarm.")


@cache
def table() -> dict[tuple[str, str], Code]:
    """(format, code) → Code; read once."""
    text = files(__package__).joinpath("codes.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    rows = {("SIA", code): Code(*row) for code, row in read["sia"].items()}
    for code, (kind, *rest) in read["contact_id"].items():
        kind, _, phase = kind.partition("/")
        rows["CID", code] = Code(kind, phase or None, *rest)
    return rows


@cache
def _meaning(form: str, code: str, qualifier: str) -> Meaning:
    row = table().get((form, code.upper()), Code("unknown", None, "", "", ""))
    kind, phase = row.kind, row.phase
    if kind == "state":
        kind, phase = ("state.armed" if qualifier == "3" else "state.disarmed"), "info"
    if phase is None:
        phase = _PHASE_OF_FAMILY.get(kind.partition(".")[0]) or _PHASE_OF_QUALIFIER.get(qualifier, "info")
    if form == "CID" and qualifier not in _PHASE_OF_QUALIFIER:
        kind, phase = "unknown", "info"
    return Meaning(kind, phase, row.address, row.name_en, row.name_zh, row.mode)


def meaning(event: Event) -> Meaning:
    """The meaning of an event. A code that is in no table is `unknown` with empty names, never an error."""
    known = event if (event.format, event.code.upper()) in table() else event._replace(code="")
    return _meaning(known.format, known.code, known.qualifier)
