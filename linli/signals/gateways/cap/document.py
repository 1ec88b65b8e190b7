"""What a warning says: CAP 1.2 and 1.1 alerts and the national dialect in one shape. Values, no parser behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Dialect = Literal["cap-1.2", "cap-1.1", "cn-national"]
Ring = tuple[tuple[float, float], ...]
"""Corners of a polygon as (lng, lat) in WGS-84, the last equal to the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSaid:
    """One area element: its words, outlines, circles as (lng, lat, radius in km), and codes as (list, code)."""

    description: str = ""
    polygons: tuple[Ring, ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """One info block: an event in one language. Text fields are "" and times None where the sender said nothing."""

    language: str | None = None
    categories: tuple[str, ...] = ()
    event: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    response_types: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    colour: str | None = None
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    areas: tuple[AreaSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An earlier message; `sender` and `sent` are None where the dialect gives the bare identifier."""

    text: str
    identifier: str
    sender: str | None = None
    sent: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message. `rules`: broken rules of clause 3.2; `findings`: repairs and remarks; both as codes.

    `xsd_valid` is None where the dialect has no schema; `signatures` counts what is there, proven or not.
    """

    dialect: Dialect
    identifier: str = ""
    sender: str = ""
    sent: datetime | None = None
    status: str | None = None
    msg_type: str | None = None
    scope: str | None = None
    restriction: str = ""
    addresses: str = ""
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    xsd_valid: bool | None = None
    signatures: int = 0
    rules: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """`accepted`, or `accepted-with-findings` when it departs from the schema or from clause 3.2."""
        faulty = self.rules and self.dialect != "cn-national"
        return "accepted-with-findings" if faulty or self.xsd_valid is False else "accepted"

    @property
    def public(self) -> bool:
        """Real, and for everybody."""
        return self.status == "Actual" and self.scope == "Public"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of an index of alerts: its id, its change mark, where the alert is, or the alert itself."""

    id: str
    updated: str
    link: str = ""
    document: bytes | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """An Atom or RSS index of alerts."""

    entries: tuple[FeedEntry, ...] = ()


@dataclass(slots=True)
class Remarks:
    """Codes gathered while a document is read; each is said once."""

    rules: dict[str, None] = field(default_factory=dict)
    findings: dict[str, None] = field(default_factory=dict)

    def rule(self, code: str) -> None:
        """A rule of clause 3.2 is broken."""
        self.rules[code] = None

    def finding(self, code: str) -> None:
        """Something was repaired or is worth a look."""
        self.findings[code] = None


class Unreadable(ValueError):
    """The document cannot be taken as a whole: `reason` is the code of its quarantine."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


def events(alert: Alert) -> Iterator[tuple[Info, ...]]:
    """The infos grouped by event, in order: languages of one event are one signal (CAP 1.2, 3.2.2).

    Infos are of one event when they name the same code or the same words, or say the same in another language.
    """
    groups: list[list[Info]] = []
    for info in alert.infos:
        group = next((group for group in groups if _same_event(group, info)), None)
        if group is None:
            groups.append([info])
        else:
            group.append(info)
    for group in groups:
        yield tuple(group)


def _same_event(group: list[Info], info: Info) -> bool:
    first = group[0]
    if first.event_codes or info.event_codes:
        return bool(set(first.event_codes) & set(info.event_codes))
    if first.event == info.event:
        return True
    said = (info.categories, info.urgency, info.severity, info.certainty, info.colour)
    same = said == (first.categories, first.urgency, first.severity, first.certainty, first.colour)
    return same and all(_language(info) != _language(one) for one in group)


def _language(info: Info) -> str:
    """The primary language; en-US where none is said (CAP 1.2, 3.2.2)."""
    return (info.language or "en-US").partition("-")[0].lower()
