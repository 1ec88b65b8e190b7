"""From bytes to what may be believed: the signature is judged first, and only what it covers is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from linli.signals.gateways.cap import signature, xml
from linli.signals.gateways.cap.decode import alert_element, read_element
from linli.signals.gateways.cap.document import Alert
from linli.signals.gateways.cap.signature import Verdict


@dataclass(frozen=True, slots=True)
class Read:
    """An alert with the verdict on its signature."""

    alert: Alert
    verdict: Verdict


Pins = Callable[[str], Sequence[x509.Certificate]]
"""The certificates pinned for a sender."""


def read(raw: bytes, pins: Pins, now: datetime) -> Read:
    """Read one alert. Raises Unreadable. An alert whose signature is broken is read too, for the quarantine's sake."""
    return read_parsed(xml.parse(raw), pins, now)


def read_parsed(root: xml.Element, pins: Pins, now: datetime) -> Read:
    """The same of a parsed document."""
    element = alert_element(root)
    said = read_element(element)
    verdict = signature.verify(element, pins(said.sender), now)
    if verdict.signed is None:
        return Read(said, verdict)
    proven = replace(read_element(verdict.signed), signatures=said.signatures, xsd_valid=said.xsd_valid)
    return Read(proven, verdict)
