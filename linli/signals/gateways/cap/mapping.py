"""From an alert to the envelopes of its events: one signal for each event, whatever its languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.signals.envelope import Envelope, Trust
from linli.signals.gateways.cap import colours, placing
from linli.signals.gateways.cap.document import Alert, Info, events
from linli.signals.gateways.cap.national import CODE_LIST
from linli.signals.gateways.cap.phases import phase_of
from linli.signals.gateways.cap.times import shown
from linli.signals.gateways.cap.trusting import Read

PROTOCOL, KIND = "cap", "warning.public"
AHEAD, OLD = timedelta(minutes=10), timedelta(days=7)
SKEW_KEPT = 60.0


def source_of(sender: str) -> str:
    """The sender as the log names it."""
    return f"{PROTOCOL}:{sender}"


def key_of(alert: Alert) -> str:
    """Sender, identifier and sent: what a reference names."""
    return f"{alert.sender},{alert.identifier},{shown(alert.sent)}"


def envelopes(read: Read, raw: bytes, received_at: datetime, asset_id: UUID, trust: Trust) -> list[Envelope]:
    """The signals of an alert with a readable `sent`; the first carries the document."""
    alert = read.alert
    assert alert.sent is not None
    groups: list[tuple[Info, ...]] = list(events(alert)) or [()]
    ahead = (alert.sent - received_at).total_seconds()
    return [
        Envelope(
            protocol=PROTOCOL,
            source=source_of(alert.sender),
            sequence=alert.identifier[:80],
            kind=KIND,
            phase=phase_of(alert, group),
            occurred_at=alert.sent,
            received_at=received_at,
            values=_values(read, group, part, received_at),
            late=alert.sent < received_at - OLD,
            trust=trust,
            place=placing.centre([area for info in group for area in info.areas], ()),
            raw=raw if part == 0 else None,
            body=(shown(alert.sent) or "").encode(),
            item=part,
            clock_skew_seconds=ahead if ahead > SKEW_KEPT else None,
            asset_id=asset_id,
        )
        for part, group in enumerate(groups)
    ]


def _values(read: Read, group: Sequence[Info], part: int, received_at: datetime) -> dict[str, Any]:
    alert = read.alert
    first = preferred(group)
    placed = placing.place([area for info in group for area in info.areas]) if group else placing.Placed(())
    colour = next((info.colour for info in group if info.colour), None)
    found = {
        "key": key_of(alert)[:1000],
        "msg_type": alert.msg_type,
        "status": alert.status,
        "scope": alert.scope,
        "dialect": alert.dialect,
        "event": first.event[:1000] if first else None,
        "event_code": code_of(group),
        "colour": colour,
        "level": colours.LEVEL.get(colour or ""),
        "effective": first.effective if first else None,
        "onset": first.onset if first else None,
        "expires": expires_of(group),
        "areas": list(placed.paths),
        "languages": [info.language or "en-US" for info in group],
        "references": [reference.text[:1000] for reference in alert.references],
        "signature": read.verdict.state,
        "findings": findings_of(alert, placed.finding, received_at),
        "part": part,
    }
    return {name: value for name, value in found.items() if value is not None}


def findings_of(alert: Alert, placed: str, received_at: datetime) -> list[str]:
    """Broken rules, repairs, and what our clock says to `sent`."""
    found = [*alert.rules, *alert.findings, *([placed] if placed else [])]
    if alert.xsd_valid is False:
        found.append("schema")
    if alert.sent is not None and alert.sent > received_at + AHEAD:
        found.append("sent-ahead")
    if alert.sent is not None and alert.sent < received_at - OLD:
        found.append("sent-old")
    return found


def preferred(group: Sequence[Info], language: str = "zh") -> Info | None:
    """The info in the language wanted, else the first."""
    wanted = (info for info in group if (info.language or "en-US").lower().startswith(language))
    return next(wanted, group[0] if group else None)


def code_of(group: Sequence[Info]) -> str | None:
    """The code of GB/T 35561, where one is given."""
    codes = (value for info in group for name, value in info.event_codes if name.strip().upper().startswith(CODE_LIST))
    return next(codes, None)


def expires_of(group: Sequence[Info]) -> datetime | None:
    """The latest end its languages give; None when one of them gives none."""
    ends = [info.expires for info in group]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
