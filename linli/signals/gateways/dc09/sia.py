"""SIA-DCS data (DC-03-2017): `#acct|N<items>|…`; items are modifiers and codes, separated by `/`."""

from __future__ import annotations

import re

from linli.signals.gateways.dc09.events import Event

_BLOCKS = re.compile(r"(?:\^[^^]*\^|[^|])+")
_ITEM = re.compile(
    r"""/*(?:
      (?P<code>[A-Z]{2}) (?P<address>[0-9A-Fa-f]*)
      (?:\*(?: "(?P<double>[^"]*)"(?:NM)? | '(?P<single>[^']*)'(?:NM)? | (?P<value>[-+.0-9A-Za-z_]+) ))?
      (?:\^(?: (?P<text>[^^]*)\^ | (?P<open>[^/^]*) ))?
    | (?P<modifier>[a-z]{2}) (?P<setting>[-0-9.:]*) (?:\^[^^]*\^)?
    )[ ]*(?P<slash>/|\Z)?""",
    re.VERBOSE,
)
_SIMPLE = re.compile(r"N(?:ri([0-9]+)/)?([A-Z]{2})([0-9A-F]*)\Z")
_OTHER_BLOCKS = "0123456789CEP@?#&XLVvI"
"""Block letters of DC-03 that carry no event: system, control, environment, configuration, listen-in, video …"""
_FIELDS = {"ti": "time", "da": "date", "id": "user", "ri": "area", "pi": "peripheral"}


def read(data: str) -> tuple[list[Event], list[str], list[str]]:
    """The events, the texts of A blocks, and the deviations in the data behind the account.

    A modifier holds until the end of its block. An item that cannot be read is passed over up to the next `/`
    and noted; it never costs its neighbours.
    """
    events: list[Event] = []
    texts: list[str] = []
    deviations: list[str] = []
    for block in _BLOCKS.findall(data) if "^" in data else data.split("|"):
        simple = _SIMPLE.match(block)
        if simple:
            area, code, address = simple.groups()
            events.append(Event("SIA", "N", code, address or None, None, area))
        elif block[:1] in ("N", "O"):
            _read_block(block, events, deviations)
        elif block[:1] == "A":
            texts.append(block[1:].strip(" "))
        elif block and block[0] not in _OTHER_BLOCKS:
            deviations.append("item_unreadable")
    return events, texts, deviations


def _read_block(block: str, events: list[Event], deviations: list[str]) -> None:
    modifiers: dict[str, str] = {}
    place = 1
    while place < len(block):
        found = _ITEM.match(block, place)
        if found is None:
            if block[place:].strip("/ "):
                deviations.append("item_unreadable")
            place = block.find("/", place + 1)
            if place < 0:
                return
        elif found["modifier"]:
            if found["modifier"] in _FIELDS and found["setting"]:
                modifiers[_FIELDS[found["modifier"]]] = found["setting"]
            if found["slash"] is None:
                deviations.append("no_slash_after_modifier")
            place = found.end()
        else:
            events.append(_event(block[0], found, modifiers))
            place = found.end()


def _event(qualifier: str, found: re.Match[str], modifiers: dict[str, str]) -> Event:
    text = found["text"] or found["open"] or found["double"] or found["single"]
    return Event(
        "SIA",
        qualifier,
        found["code"],
        found["address"] or None,
        text.strip(" ") if text else None,
        modifiers.get("area"),
        modifiers.get("user"),
        modifiers.get("time"),
        modifiers.get("date"),
        modifiers.get("peripheral"),
        found["value"],
    )
