"""Rules of CAP 1.2, clause 3.2, that its schema cannot state."""

from __future__ import annotations

import re

from linli.signals.gateways.cap import times
from linli.signals.gateways.cap.document import Reference, Remarks

_FORBIDDEN = re.compile(r"[\s,<&]")
REFERRING = frozenset({"Update", "Cancel", "Ack", "Error"})


def check_names(identifier: str, sender: str, remarks: Remarks) -> None:
    """3.2.1: identifier and sender hold no white space, comma, `<` or `&`."""
    if not identifier:
        remarks.rule("identifier-missing")
    elif _FORBIDDEN.search(identifier):
        remarks.rule("identifier-chars")
    if not sender:
        remarks.rule("sender-missing")
    elif _FORBIDDEN.search(sender):
        remarks.rule("sender-chars")


def check_message(
    msg_type: str | None, scope: str | None, restriction: str, addresses: str, references: int, infos: int,
    remarks: Remarks,
) -> None:  # fmt: skip
    """3.2.1: what the type of message and its scope ask for."""
    if msg_type in REFERRING and not references:
        remarks.rule("references-missing")
    if scope == "Restricted" and not restriction:
        remarks.rule("restriction-missing")
    if scope == "Private" and not addresses:
        remarks.rule("addresses-missing")
    if msg_type == "Alert" and not infos:
        remarks.rule("info-missing")


def references(text: str, remarks: Remarks) -> tuple[Reference, ...]:
    """`sender,identifier,sent` separated by white space; the sender's own commas stay with the sender."""
    found = []
    for part in text.split():
        pieces = part.rsplit(",", 2)
        if len(pieces) != 3 or not pieces[1]:
            remarks.rule("references-form")
            found.append(Reference(text=part, identifier=part))
            continue
        sender, identifier, sent = pieces
        moment = times.read(sent)
        if moment is None:
            remarks.rule("references-form")
        found.append(Reference(text=part, identifier=identifier, sender=sender, sent=moment))
    return tuple(found)
