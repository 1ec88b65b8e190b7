"""ADM-CID data (DC-05-2016): `#acct|QXYZ GG CCC`."""

from __future__ import annotations

import re

from linli.signals.gateways.dc09.events import Event

_BLOCK = re.compile(r"([0-9])([0-9A-Fa-f]{3})( *)([0-9A-Fa-f]{2})( *)([0-9A-Fa-f]{3}) *\Z")
_PARTS = re.compile(r"([0-9])([0-9A-Fa-f]{3}) +([0-9A-Fa-f]{1,3}) +([0-9A-Fa-f]{1,5}) *\Z")


def read(data: str) -> tuple[list[Event], list[str]]:
    """The events of the data behind the account, and the deviations met. Unreadable blocks are noted, not raised."""
    events: list[Event] = []
    deviations: list[str] = []
    for block in data.split("|"):
        found = _BLOCK.match(block)
        if found:
            qualifier, code, gap, area, second_gap, address = found.groups()
            if gap != " " or second_gap != " ":
                deviations.append("blanks_in_data")
        elif found := _PARTS.match(block):
            qualifier, code, area, address = found.groups()
            deviations.append("field_width")
        else:
            if block:
                deviations.append("item_unreadable")
            continue
        if qualifier not in "136":
            deviations.append("unknown_qualifier")
        events.append(Event("CID", qualifier, code, address, None, area))
    return events, deviations
