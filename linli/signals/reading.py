"""From an envelope to a row of the log: values typed by their kind, implausible fields dropped and named.

A bad field costs the field, never the signal (it stays under `unread`); an envelope that is impossible as a whole goes
to quarantine with a reason.
"""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from uuid_utils import uuid7

from linli.base import geo
from linli.signals import protocols
from linli.signals.declarations import SignalKind, Values
from linli.signals.envelope import Envelope, Verdict
from linli.signals.registry import signal_kinds
from linli.signals.sender import Sender

MOST_RAW, MOST_VALUES, MOST_DEPTH = 64 * 1024, 64 * 1024, 32
FUTURE, PAST = timedelta(hours=24), timedelta(days=-400)


class Impossible(ValueError):
    """The envelope cannot be taken as a whole: `reason` is the code of its quarantine."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Item:
    """One envelope on its way into the log. `verdict` is set as soon as it is decided.

    Made in two steps, because the store can look for repetitions while we type the values: `begin` checks what can
    be told at once and raises Impossible; `type_values` does the rest and may raise it too.
    """

    __slots__ = (
        "deviations", "envelope", "fingerprint", "id", "kind", "late", "occurred_at", "place", "received_at",
        "retention", "sender", "values_json", "verdict",
    )  # fmt: skip

    def __init__(self, envelope: Envelope, retention: str) -> None:
        self.envelope = envelope
        self.kind = envelope.kind
        self.retention = retention
        self.received_at = envelope.received_at
        self.occurred_at = envelope.occurred_at
        self.fingerprint = envelope.fingerprint()
        self.id = uuid7()  # of uuid_utils: quicker than the standard library's, equal in bytes
        self.verdict: Verdict | None = None
        self.sender: Sender | None = None
        self.place: tuple[float, float] | None = None
        self.deviations: list[str] = []
        self.late = False
        self.values_json = b"{}"

    def type_values(self) -> None:
        """Type the values, check time and place. Raises Impossible."""
        said = self.envelope
        if said.deviations:
            self.deviations.extend(text[:64] for text in said.deviations if is_text(text))
        if said.occurred_at is not said.received_at:
            ahead = said.occurred_at - said.received_at
            if ahead > FUTURE or ahead < PAST:
                self.deviations.append("occurred_at:implausible")
                self.occurred_at = said.received_at
            self.late = said.late and self.occurred_at < said.received_at
        if said.place is not None:
            self.place = _plausible_place(said.place, self.deviations)
        if said.values:
            self.values_json = _stored(typed(signal_kinds[said.kind], said.values, self.deviations))


def begin(envelope: Envelope) -> Item:
    """The envelope as an item. Raises Impossible."""
    declared = signal_kinds.get(envelope.kind)
    if declared is None:
        raise Impossible("unknown-kind", f"kind «{envelope.kind[:64]}» is declared by no pack")
    if envelope.occurred_at.tzinfo is None or envelope.received_at.tzinfo is None:
        raise Impossible("time-without-zone", "the envelope's times have no time zone")
    raw, source, sequence = envelope.raw, envelope.source, envelope.sequence
    if raw is not None and len(raw) > MOST_RAW and len(raw) > (most := protocols.of(envelope.protocol).most_raw):
        raise Impossible("too-large", f"{len(raw)} bytes, at most {most} are taken")
    if len(source) > 200 or (sequence is not None and len(sequence) > 80):
        raise Impossible("identity-too-long", "source has over 200 characters or sequence over 80")
    if not is_text(source) or (sequence is not None and not is_text(sequence)):
        raise Impossible("identity-unreadable", "source or sequence holds a NUL or half a character")
    return Item(envelope, declared.retention)


def _plausible_place(place: tuple[float, float], deviations: list[str]) -> tuple[float, float] | None:
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
    model = declared.values
    if model is Values:
        return {"extra": said}
    if _is_plain(said, _plain_fields(model)):
        return said
    try:
        return _plain(said, model.__pydantic_validator__.validate_python(said), {})
    except ValidationError as fault:
        bad = {str(error["loc"][0]) for error in fault.errors(include_url=False, include_context=False) if error["loc"]}
        deviations.extend(f"values.{name}:unread"[:64] for name in sorted(bad) if is_text(name))
        kept = {name: value for name, value in said.items() if name not in bad}
        unread = {name: said[name] for name in sorted(bad) if name in said}
        return _plain(kept, model.model_validate(kept), unread)


@cache
def _plain_fields(model: type[BaseModel]) -> dict[str, int]:
    """The fields of a model that any text of so many characters fits; -1: true or false fits."""
    found = {}
    schema: Any = model.__pydantic_core_schema__
    for name, field in schema.get("schema", {}).get("fields", {}).items():
        inner = field["schema"]
        while inner["type"] in ("default", "nullable"):
            inner = inner["schema"]
        rule = {key: value for key, value in inner.items() if key != "metadata"}
        if rule.keys() == {"type", "max_length"} and rule["type"] == "str":
            found[name] = rule["max_length"]
        elif rule == {"type": "bool"}:
            found[name] = -1
    return found


def _is_plain(said: dict[str, Any], fields: dict[str, int]) -> bool:
    """Whether all that is said fits its fields as it stands: then the model would change nothing."""
    for name, value in said.items():
        longest = fields.get(name)
        if longest is None:
            return False
        if type(value) is str:
            if len(value) > longest:
                return False
        elif longest != -1 or type(value) is not bool:
            return False
    return True


def _plain(said: dict[str, Any], read: BaseModel, unread: dict[str, Any]) -> dict[str, Any]:
    fields = read.__dict__
    facts = {name: fields[name] for name in said if fields.get(name) is not None}
    if read.__pydantic_extra__:
        facts["extra"] = read.__pydantic_extra__
    if unread:
        facts["unread"] = unread
    return facts


def _stored(facts: dict[str, Any]) -> bytes:
    """The facts as JSON that PostgreSQL takes: no NUL, no half surrogate, no over-long number, no abyss."""
    try:
        text = orjson.dumps(facts, default=_nested)
    except (TypeError, ValueError):
        text = b""
    if not text or b"\\u0000" in text:
        text = orjson.dumps(_cleaned(facts, MOST_DEPTH))
    if len(text) > MOST_VALUES:
        raise Impossible("values-too-large", f"{len(text)} bytes of values, at most {MOST_VALUES} are taken")
    return text


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


def is_text(text: str) -> bool:
    """False when PostgreSQL would not take it: a NUL, or half of a surrogate pair."""
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def hourly(item: Item) -> bytes:
    """The fingerprint under which an unknown sender's sign of life is kept once an hour."""
    said = item.envelope
    hour = said.received_at.replace(minute=0, second=0, microsecond=0)
    return hashlib.blake2b(f"hour\x00{said.source}\x00{hour.isoformat()}".encode(), digest_size=16).digest()
