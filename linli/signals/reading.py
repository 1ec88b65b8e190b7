"""From an envelope to a row of the log: values typed by their kind, implausible fields dropped and named.

A bad field costs the field, never the signal (it stays under `unread`); an envelope that is impossible as a whole goes
to quarantine with a reason.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError

from linli.base import geo
from linli.base.ids import uuid7
from linli.signals import protocols
from linli.signals.declarations import SignalKind, Values
from linli.signals.envelope import Envelope, Verdict
from linli.signals.kinds import HEARTBEAT, POSITION
from linli.signals.registry import signal_kinds
from linli.signals.sender import Sender

MOST_RAW, MOST_VALUES, MOST_DEPTH = 64 * 1024, 64 * 1024, 32
FUTURE, PAST = timedelta(hours=24), timedelta(days=400)
SKEW_KEPT = 60.0


class Impossible(ValueError):
    """The envelope cannot be taken as a whole: `reason` is the code of its quarantine."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(slots=True, eq=False)
class Item:
    """One envelope on its way into the log; what `state.step` and the log's row read of it.

    `facts`: the typed values as plain data; `sender`: the asset, when it is known; `verdict`: as soon as it is decided.
    """

    envelope: Envelope
    kind: str
    phase: str
    occurred_at: datetime
    received_at: datetime
    late: bool
    place: tuple[float, float] | None
    facts: dict[str, Any]
    values_json: bytes
    deviations: list[str]
    retention: str
    fingerprint: bytes
    window: timedelta
    by_device: bool
    by_house: bool
    protocol: str
    id: UUID
    verdict: Verdict | None = None
    sender: Sender | None = None

    @property
    def is_heartbeat(self) -> bool:
        """A sign of life without content."""
        return self.kind == HEARTBEAT

    @property
    def is_position(self) -> bool:
        """Where a unit is."""
        return self.kind == POSITION


def read(envelope: Envelope) -> Item:
    """The envelope as an item. Raises Impossible."""
    declared = _declared(envelope)
    deviations = list(envelope.deviations)
    occurred_at = _plausible_time(envelope, deviations)
    facts, values_json = _stored(typed(declared, envelope.values, deviations))
    protocol = protocols.of(envelope.protocol)
    return Item(
        envelope=envelope,
        kind=envelope.kind,
        phase=envelope.phase,
        occurred_at=occurred_at,
        received_at=envelope.received_at,
        late=envelope.late and occurred_at < envelope.received_at,
        place=_plausible_place(envelope.place, deviations),
        facts=facts,
        values_json=values_json,
        deviations=[text[:64] for text in deviations if _is_text(text)],
        retention=declared.retention,
        fingerprint=envelope.fingerprint(),
        window=protocol.window,
        by_device=protocol.speaks_for_itself,
        by_house=envelope.protocol == protocols.TIMER,
        protocol=envelope.protocol,
        id=uuid7(),
    )


def _declared(envelope: Envelope) -> SignalKind:
    declared = signal_kinds.get(envelope.kind)
    if declared is None:
        raise Impossible("unknown-kind", f"kind «{envelope.kind[:64]}» is declared by no pack")
    if envelope.occurred_at.tzinfo is None or envelope.received_at.tzinfo is None:
        raise Impossible("time-without-zone", "the envelope's times have no time zone")
    if envelope.raw is not None and len(envelope.raw) > MOST_RAW:
        raise Impossible("too-large", f"{len(envelope.raw)} bytes, at most {MOST_RAW} are taken")
    if len(envelope.source) > 200 or len(envelope.sequence or "") > 80:
        raise Impossible("identity-too-long", "source has over 200 characters or sequence over 80")
    if not (_is_text(envelope.source) and _is_text(envelope.sequence or "")):
        raise Impossible("identity-unreadable", "source or sequence holds a NUL or half a character")
    return declared


def _plausible_time(envelope: Envelope, deviations: list[str]) -> datetime:
    """The sender's time, or ours when his cannot be meant."""
    ahead = envelope.occurred_at - envelope.received_at
    if -PAST <= ahead <= FUTURE:
        return envelope.occurred_at
    deviations.append("occurred_at:implausible")
    return envelope.received_at


def _plausible_place(place: tuple[float, float] | None, deviations: list[str]) -> tuple[float, float] | None:
    if place is None:
        return None
    try:
        point = geo.checked(*place)
    except geo.PointOutOfRange:
        deviations.append("place:no-fix")
        return None
    if not geo.in_china(*point):
        deviations.append("place:outside")
        return None
    return point


def typed(declared: SignalKind, said: dict[str, Any], deviations: list[str]) -> dict[str, Any]:
    """`said` by the kind's model: known fields typed, others under `extra`, unreadable ones under `unread`."""
    if not said:
        return {}
    model = declared.values
    if model is Values:
        return {"extra": said}
    try:
        return _plain(model.model_validate(said), {})
    except ValidationError as fault:
        bad = {str(error["loc"][0]) for error in fault.errors(include_url=False, include_context=False) if error["loc"]}
        deviations.extend(f"values.{name}:unread" for name in sorted(bad))
        kept = {name: value for name, value in said.items() if name not in bad}
        unread = {name: said[name] for name in sorted(bad) if name in said}
        return _plain(model.model_validate(kept), unread)


def _plain(read: BaseModel, unread: dict[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in read.__dict__.items() if value is not None}
    if read.__pydantic_extra__:
        facts["extra"] = read.__pydantic_extra__
    if unread:
        facts["unread"] = unread
    return facts


def _stored(facts: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The facts and their JSON as PostgreSQL takes it: no NUL, no half surrogate, no over-long number, no abyss."""
    try:
        text = orjson.dumps(facts, default=_nested)
    except (TypeError, ValueError):
        text = b""
    if not text or b"\\u0000" in text:
        facts = _cleaned(facts, MOST_DEPTH)
        text = orjson.dumps(facts)
    if len(text) > MOST_VALUES:
        raise Impossible("values-too-large", f"{len(text)} bytes of values, at most {MOST_VALUES} are taken")
    return facts, text


def _nested(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    raise TypeError


def _cleaned(value: Any, depth: int) -> Any:
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        return {str(_cleaned(key, 1)): _cleaned(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item, depth - 1) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)[:80]
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)[:1000]


def _is_text(text: str) -> bool:
    """False when PostgreSQL would not take it: a NUL, or half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def hourly(item: Item) -> bytes:
    """The fingerprint under which an unknown sender's sign of life is kept once an hour."""
    hour = item.received_at.replace(minute=0, second=0, microsecond=0)
    return hashlib.blake2b(f"hour\x00{item.envelope.source}\x00{hour.isoformat()}".encode(), digest_size=16).digest()
