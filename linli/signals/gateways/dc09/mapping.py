"""Decoded frame → envelopes of the signal log (one for each event; a link test gives a heartbeat)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from linli.signals.envelope import Envelope, Phase, Trust
from linli.signals.gateways.dc09 import codes, extended
from linli.signals.gateways.dc09.decode import Decoded
from linli.signals.gateways.dc09.events import Event

_NEAR = timedelta(hours=24)
_LATE = timedelta(minutes=10)
_SKEW_SECONDS = 60
_LONGEST_TEXT = 1000
"""What a signal shows; the frame itself is kept whole."""
_TEXT_FIELDS = {"I": "alarm_text", "L": "location", "R": "room", "O": "building", "S": "site_name"}
_OTHER_FIELDS = {"V": "verification", "M": "mac", "N": "network_address", "G": "path", "C": "supervision"}
_TRIGGERS = {"F": "fire", "G": "gas", "W": "water", "S": "sensor", "C": "contact", "M": "manual"}
_Item = tuple[str, Phase, Event | None, dict[str, Any]]
_UNTYPED = {"UA", "UG", "UH", "UR", "140", "150"}


def account_source(account: str | None) -> str:
    """`dc09:<account>`, upper case, zeros kept; `dc09:-` for a frame that names nobody."""
    return f"dc09:{account.upper()}" if account else "dc09:-"


def line_source(decoded: Decoded) -> str:
    """`dc09:<receiver>/<line>/<account>`, for accounts that are registered with receiver and line."""
    parts = (decoded.receiver or "", decoded.line or "", decoded.account or "")
    return "dc09:" + "/".join(part.upper() for part in parts)


def envelopes(decoded: Decoded, *, received_at: datetime, source: str, trust: Trust) -> list[Envelope]:
    """The envelopes of an accepted frame, in its order; empty for any other verdict.

    `source` is the registered identity, or `account_source` of the frame's. The body of the fingerprint is the
    plain data without timestamp and pad.
    """
    if not decoded.verdict.startswith("accept"):
        return []
    body = f"{decoded.token}\x00{decoded.data}\x00{decoded.fields_raw}".encode()
    digest = hashlib.blake2b(body, digest_size=4).hexdigest()
    fields = dict(decoded.fields)
    shared = _shared_values(decoded, fields)
    skew = -decoded.age_seconds if decoded.age_seconds is not None else None
    items: list[_Item] = [_read(decoded, event, fields) for event in decoded.events] or [_eventless(decoded)]
    return [
        Envelope(
            protocol="dc09",
            source=source,
            sequence=f"{decoded.sequence}:{index}:{digest}",
            kind=kind,
            phase=phase,
            occurred_at=(moment := occurred_at(decoded, event, fields, received_at)),
            received_at=received_at,
            values=shared | values,
            late=_late(decoded, event, fields, moment, received_at),
            deviations=decoded.deviations,
            trust=trust,
            place=extended.place(fields),
            raw=decoded.raw,
            body=body,
            item=index,
            clock_skew_seconds=skew if skew is not None and abs(skew) > _SKEW_SECONDS else None,
        )
        for index, (kind, phase, event, values) in enumerate(items)
    ]


def occurred_at(decoded: Decoded, event: Event | None, fields: dict[str, str], received_at: datetime) -> datetime:
    """When it happened: H, else `ti` on the panel's day for old events, else the timestamp within ± 24 h, else
    now. A clock that is off costs the field, not the signal; an old event never lies ahead of its report."""
    stamp = decoded.timestamp
    if stamp is not None and abs(received_at - stamp) > _NEAR:
        return received_at
    told = extended.parse_stamp(fields["H"]) if len(fields.get("H", "")) == 19 else None
    if told is not None and told <= received_at + timedelta(minutes=1):
        return told
    reported = stamp or received_at
    if event is not None and event.qualifier == "O" and event.time:
        return _old(event, reported) or reported
    return reported


def _late(
    decoded: Decoded, event: Event | None, fields: dict[str, str], moment: datetime, received_at: datetime
) -> bool:
    """Kept on the device and sent later: an old event, or an H well before the panel's own timestamp."""
    if event is not None and event.qualifier == "O":
        return True
    return "H" in fields and (decoded.timestamp or received_at) - moment > _LATE


def _old(event: Event, reported: datetime) -> datetime | None:
    try:
        hour, minute, second = (int(part) for part in f"{event.time}:0:0".split(":")[:3])
        moment = reported.replace(hour=hour, minute=minute, second=second, microsecond=0)
        if event.date:
            month, day, year = (int(part) for part in event.date.split("-"))
            moment = moment.replace(year=2000 + year % 100, month=month, day=day)
    except ValueError:
        return None
    return moment if moment <= reported else moment - timedelta(days=1)


def _eventless(decoded: Decoded) -> _Item:
    if decoded.heartbeat:
        return "status.heartbeat", "info", None, {}
    return "unknown", "info", None, {"text": extended.readable(" / ".join(decoded.texts))[:_LONGEST_TEXT]}


def _read(decoded: Decoded, event: Event, fields: dict[str, str]) -> _Item:
    meant = codes.meaning(event)
    kind = meant.kind
    trigger = _TRIGGERS.get(fields.get("T", ""))
    if trigger in ("fire", "gas", "water") and (kind == "unknown" or event.code.upper() in _UNTYPED):
        kind = f"alarm.{trigger}"
    values: dict[str, Any] = {
        "format": event.format,
        "code": event.code.upper(),
        "qualifier": event.qualifier,
        "name_zh": meant.name_zh,
        "name_en": meant.name_en,
        "area": event.area,
        "user": event.user,
        "peripheral": event.peripheral,
        "measured": event.value,
        "mode": meant.mode if kind.startswith("state.") else None,
        "silent": True if meant.mode == "silent" else None,
        "verified": True if meant.mode == "verified" else None,
        "trigger": trigger,
        "text": extended.readable(" / ".join(decoded.texts))[:_LONGEST_TEXT] or None,
    }
    if event.address is not None:
        values[meant.address if meant.address in ("zone", "user", "area") else "address"] = event.address
    if event.text and meant.address != "user":  # behind a user's number stands the name of a person
        values["text"] = extended.readable(event.text)[:_LONGEST_TEXT]
    return kind, meant.phase, event, {name: value for name, value in values.items() if value is not None}


def _shared_values(decoded: Decoded, fields: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {"encrypted": decoded.encrypted}
    if decoded.key_id:
        values["key_id"] = decoded.key_id
    for names in (_TEXT_FIELDS, _OTHER_FIELDS):
        values |= {name: extended.readable(fields[letter]) for letter, name in names.items() if fields.get(letter)}
    kept = {name: extended.readable(value) for name, value in fields.items() if name in "HTXYZJPKA"}
    if kept:
        values["xdata"] = kept
    if "K" in fields:
        values["redacted"] = ["xdata.K"]
    if decoded.data_account and decoded.account and decoded.data_account.upper() != decoded.account.upper():
        values |= {"site": decoded.data_account.upper(), "transmitter": decoded.account.upper()}
    if decoded.timestamp_text and (decoded.timestamp is None or "panel_clock_off" in decoded.deviations):
        values["panel_time"] = decoded.timestamp_text
    return values
