"""CloudEvents 1.0, structured and batched mode (cloudevents/spec: spec.md, formats/json-format.md), read strictly.

What is stricter here than there: `data` is an object of at most 32 KiB; `time` has a zone; at most 64 extensions.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from linli.base import geo
from linli.signals.envelope import Phase
from linli.signals.gateways.http import strict_json
from linli.signals.gateways.http.refusals import NotReadable, TooLarge

MOST_DATA, MOST_EXTENSIONS, MOST_EVENTS = 32 * 1024, 64, 500
_NAME = re.compile(r"[a-z0-9]{1,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_JSON = re.compile(r"[a-z]+/([a-z0-9.+-]+\+)?json", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# These may differ between two tries of one event.
_OF_THE_TRY = frozenset({"traceparent", "tracestate"})
# What pydantic finds, as advice; the rest is named as it stands.
_ADVICE: dict[str, Any] = {
    "missing": _("this attribute has to be there"),
    "string_type": _("has to be text in quotes"),
    "string_too_short": _("must not be empty"),
    "string_too_long": _("is too long"),
    "dict_type": _("has to be an object"),
    "model_type": _("has to be an object"),
    "float_type": _("has to be a number"),
    "control": _("holds a control character"),
    "time": _("write it as 2026-05-20T12:00:00+08:00, with the zone"),
    "name": _("names of attributes are lower-case letters and digits"),
    "extension": _("extensions are text, whole numbers or true and false"),
    "extensions": _("at most 64 extensions are read"),
    "both": _("either data or data_base64, not both"),
    "base64": _("is no base64"),
    "json": _("datacontenttype has to be application/json"),
    "place": _("lng and lat come together"),
}


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise PydanticCustomError("control", "control character")
    return text


Text = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_clean)]


class Data(BaseModel):
    """What every kind may say: the phase, and a place. All else goes to the kind's own values."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    phase: Phase | None = None
    lng: float | None = None
    lat: float | None = None

    @model_validator(mode="after")
    def _whole(self) -> Data:
        if (self.lng is None) != (self.lat is None):
            raise PydanticCustomError("place", "half a place")
        return self


class Event(BaseModel):
    """One event as read. `data` is the object of `data` or `data_base64`; `linlicrs` the datum of lng and lat."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    specversion: Literal["1.0"]
    id: Annotated[Text, Field(max_length=128)]
    source: Text
    type: Text
    subject: Text | None = None
    time: datetime | None = None
    datacontenttype: Text | None = None
    dataschema: Text | None = None
    linlicrs: geo.Datum | None = None
    data: Data = Data()

    @field_validator("time", mode="before")
    @classmethod
    def _rfc3339(cls, said: Any) -> datetime | None:
        if said is None:
            return None
        if not isinstance(said, str) or not _TIME.fullmatch(said):
            raise PydanticCustomError("time", "no RFC 3339 time")
        try:
            return datetime.fromisoformat(said.upper())
        except ValueError:
            raise PydanticCustomError("time", "no such time") from None

    @field_validator("data", mode="before")
    @classmethod
    def _absent(cls, said: Any) -> Any:
        return {} if said is None else said

    @model_validator(mode="after")
    def _extensions(self) -> Event:
        extra = self.__pydantic_extra__ or {}
        if len(extra) > MOST_EXTENSIONS:
            raise PydanticCustomError("extensions", "too many")
        for name, value in extra.items():
            if not _NAME.fullmatch(name):
                raise PydanticCustomError("name", "{name}", {"name": name[:40]})
            if value is not None and not isinstance(value, bool | int | str):
                raise PydanticCustomError("extension", "{name}", {"name": name})
        return self

    def values(self) -> dict[str, Any]:
        """What the event says of its kind: `data` without phase and place."""
        return dict(self.data.__pydantic_extra__ or {})

    def place(self) -> tuple[float, float] | None:
        """(lng, lat) in WGS-84; a point that is none is passed on as said (the log drops it with a note)."""
        if self.data.lng is None or self.data.lat is None:
            return None
        try:
            return geo.to_wgs84(self.data.lng, self.data.lat, self.linlicrs or "wgs84")
        except geo.PointOutOfRange:
            return self.data.lng, self.data.lat


@dataclass(frozen=True, slots=True)
class Read:
    """An event, and in one form for equal events what it says (compared when its id comes again)."""

    event: Event
    content: bytes


def read(body: bytes) -> Read:
    """The event of a structured body. Raises NotReadable, TooLarge."""
    return _read(strict_json.loads(body), "")


def read_binary(attributes: Mapping[str, str], body: bytes) -> Read:
    """The event of binary mode: its attributes stand beside the data `body` (HTTP §3.1, MQTT §3.1). Raises NotReadable."""
    fields: dict[str, Any] = dict(attributes)
    if body:
        kind = fields.get("datacontenttype")
        if isinstance(kind, str) and not _JSON.fullmatch(kind.partition(";")[0].strip()):
            raise NotReadable(path="datacontenttype", advice=_ADVICE["json"])
        fields["data"] = strict_json.loads(body)
    return _read(fields, "")


def batch(body: bytes) -> list[Any]:
    """The parts of a batched body, each for `read_part`. Raises NotReadable."""
    parts = strict_json.loads(body, strict_json.MOST_DEPTH + 1)
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_EVENTS:
        raise NotReadable(path="$", advice=_("a batch is a list of 1 to {most} events").format(most=MOST_EVENTS))
    return parts


def read_part(part: Any, place: int) -> Read:
    """One event of a batch; its faults are named with its place. Raises NotReadable, TooLarge."""
    return _read(part, f"[{place}]")


def _read(said: Any, where: str) -> Read:
    if not isinstance(said, dict):
        raise NotReadable(path=where or "$", advice=_("an event is an object"))
    fields = dict(said)
    if fields.get("data_base64") is not None:
        fields["data"] = _decoded(fields, where)
    fields.pop("data_base64", None)
    kind = fields.get("datacontenttype")
    if isinstance(kind, str) and not _JSON.fullmatch(kind.partition(";")[0].strip()):
        raise NotReadable(path=_at(where, "datacontenttype"), advice=_ADVICE["json"])
    if len(strict_json.dumps(fields.get("data"))) > MOST_DATA:
        raise TooLarge(path=_at(where, "data"), most=MOST_DATA)
    try:
        event = Event.model_validate(fields)
    except ValidationError as fault:
        raise _not_readable(fault, where) from None
    content = {name: value for name, value in fields.items() if name not in _OF_THE_TRY and value is not None}
    return Read(event, strict_json.dumps(content))


def _decoded(fields: dict[str, Any], where: str) -> Any:
    if fields.get("data") is not None:
        raise NotReadable(path=_at(where, "data_base64"), advice=_ADVICE["both"])
    try:
        return strict_json.loads(base64.b64decode(fields["data_base64"], validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise NotReadable(path=_at(where, "data_base64"), advice=_ADVICE["base64"]) from None
    except NotReadable as fault:
        raise NotReadable(path=_at(where, "data_base64"), advice=fault.fields["advice"]) from None


def _not_readable(fault: ValidationError, where: str) -> NotReadable:
    """The first fault, with its path and advice."""
    first = fault.errors(include_url=False, include_input=False)[0]
    path = ".".join(str(step) for step in first["loc"]) or str(first.get("ctx", {}).get("name", ""))
    advice = _ADVICE.get(first["type"])
    if first["type"] == "literal_error":
        advice = _("has to be {expected}").format(expected=first["ctx"]["expected"])
    return NotReadable(path=_at(where, path), advice=advice or first["msg"])


def _at(where: str, path: str) -> str:
    return ".".join(part for part in (where, path) if part) or "$"
