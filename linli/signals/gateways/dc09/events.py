"""One event of a frame, as its data block says it; nothing interpreted yet."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """An event. `format`: SIA (DC-03) or CID (DC-05). All values are the sender's text, zeros kept, never numbers.

    `qualifier`: N new or O old for SIA; 1 new/opening, 3 restore/closing, 6 still so for Contact ID.
    `address`: zone, user or door, whatever the code says. `text` has one character for each byte (Latin-1).
    `time` and `date`: the `ti` and `da` modifiers.
    """

    format: str
    qualifier: str
    code: str
    address: str | None
    text: str | None
    area: str | None
    user: str | None = None
    time: str | None = None
    date: str | None = None
    peripheral: str | None = None
    value: str | None = None
