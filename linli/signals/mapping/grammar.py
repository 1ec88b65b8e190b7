"""The grammar of a mapping: what may stand in its TOML, checked by pydantic. Declared data only; nothing is executed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from linli.base import geo
from linli.signals.envelope import Phase
from linli.signals.kinds import OF_THE_HOUSE
from linli.signals.mapping import paths
from linli.signals.mapping.paths import BadPath, Path
from linli.signals.registry import signal_kinds

MOST_SIGNALS, MOST_VALUES, MOST_TABLE, MOST_JOINED = 100, 60, 500, 8
PHASES: tuple[str, ...] = get_args(Phase)
Scalar = str | int | float | bool


def _path(said: Any) -> Any:
    if not isinstance(said, str):
        raise PydanticCustomError("path", "no text")
    try:
        return paths.parse(said)
    except BadPath as fault:
        raise PydanticCustomError("path_at", "{n}", {"n": fault.args[0]}) from None


Where = Annotated[Path, BeforeValidator(_path)]


class Part(BaseModel):
    """Base: no name beside the declared ones."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Term(Part):
    """A value: of a path, of a level of the topic (from 0), or a constant; then table, factor and offset, in order.

    `as`: number, text or flag, whatever the sender wrote it as. `required`: without it the signal is not taken.
    """

    path: Where | None = None
    topic: Annotated[int, Field(ge=0, le=63)] | None = None
    const: Scalar | None = None
    table: Annotated[dict[str, Scalar], Field(min_length=1, max_length=MOST_TABLE)] | None = None
    default: Scalar | None = None
    factor: float | None = Field(default=None, allow_inf_nan=False)
    offset: float | None = Field(default=None, allow_inf_nan=False)
    as_: Literal["number", "text", "flag"] | None = Field(default=None, alias="as")
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short(cls, said: Any) -> Any:
        return {"path": said} if isinstance(said, str) else said

    @model_validator(mode="after")
    def _one_origin(self) -> Term:
        if sum(origin is not None for origin in (self.path, self.topic, self.const)) != 1:
            raise PydanticCustomError("origin", "one of path, topic, const")
        return self


def _listed(said: Any) -> Any:
    return tuple(said) if isinstance(said, list) else (said,)


Joined = Annotated[tuple[Term, ...], BeforeValidator(_listed), Field(min_length=1, max_length=MOST_JOINED)]
"""One term, or a list of terms that are joined by dashes."""


class Moment(Part):
    """When it happened. `form`: rfc3339, unix_s, unix_ms, or the pattern of `strptime` read in `zone`."""

    path: Where
    form: Annotated[str, Field(min_length=2, max_length=40)] = "rfc3339"
    zone: str = "Asia/Shanghai"

    @model_validator(mode="before")
    @classmethod
    def _short(cls, said: Any) -> Any:
        return {"path": said} if isinstance(said, str) else said

    @field_validator("form")
    @classmethod
    def _known_form(cls, said: str) -> str:
        if said not in ("rfc3339", "unix_s", "unix_ms") and "%" not in said:
            raise PydanticCustomError("form", "unknown")
        return said

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, said: str) -> str:
        if said not in available_timezones():
            raise PydanticCustomError("zone", "unknown")
        return said

    @property
    def tz(self) -> ZoneInfo:
        """The zone of a time that says none itself."""
        return ZoneInfo(self.zone)


class Place(Part):
    """Where: in degrees, of the datum given."""

    lng: Term
    lat: Term
    datum: geo.Datum = "wgs84"


class Choice(Part):
    """A word of the house chosen by a table: each outcome is checked when the mapping is saved."""

    path: Where | None = None
    topic: Annotated[int, Field(ge=0, le=63)] | None = None
    table: Annotated[dict[str, str], Field(min_length=1, max_length=MOST_TABLE)]
    default: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Choice:
        if (self.path is None) == (self.topic is None):
            raise PydanticCustomError("origin", "one of path, topic")
        return self

    @property
    def outcomes(self) -> list[str]:
        """Every word it can give."""
        return [*self.table.values(), *([self.default] if self.default is not None else [])]


class Test(Part):
    """A condition on a value other than being equal."""

    over: float | None = None
    under: float | None = None
    present: bool | None = None
    starts: str | None = None
    other_than: Scalar | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _any(self) -> Test:
        if not self.model_fields_set:
            raise PydanticCustomError("test", "none")
        return self


Condition = Scalar | tuple[Scalar, ...] | Test


def _conditions(said: Any) -> Any:
    """`{path = expected}` as pairs; the texts of the paths are checked here, so that a fault names the path."""
    if not isinstance(said, dict):
        raise PydanticCustomError("dict_type", "no table")
    found: list[tuple[Path, Condition]] = []
    for text, expected in said.items():
        if isinstance(expected, dict):
            found.append((_path(text), Test.model_validate(expected)))
        elif isinstance(expected, list) and expected and all(isinstance(one, Scalar) for one in expected):
            found.append((_path(text), tuple(expected)))
        elif isinstance(expected, Scalar):
            found.append((_path(text), expected))
        else:
            raise PydanticCustomError("expected", "{path}", {"path": text[:80]})
    return tuple(found)


class SignalRule(Part):
    """One signal that a message can become: when every condition holds."""

    when: Annotated[tuple[Any, ...], BeforeValidator(_conditions)] = ()
    kind: str | Choice
    phase: str | Choice | None = None
    values: Annotated[dict[str, Term], Field(max_length=MOST_VALUES)] = {}

    @field_validator("kind")
    @classmethod
    def _kinds(cls, said: str | Choice) -> str | Choice:
        for kind in said.outcomes if isinstance(said, Choice) else [said]:
            if kind not in signal_kinds:
                raise PydanticCustomError("kind", "{kind}", {"kind": kind[:64]})
            if kind in OF_THE_HOUSE:
                raise PydanticCustomError("kind_of_the_house", "{kind}", {"kind": kind})
        return said

    @field_validator("phase")
    @classmethod
    def _phases(cls, said: str | Choice | None) -> str | Choice | None:
        for phase in said.outcomes if isinstance(said, Choice) else [said] if said else []:
            if phase not in PHASES:
                raise PydanticCustomError("phase", "{phase}", {"phase": phase[:20], "known": ", ".join(PHASES)})
        return said


class Mapping(Part):
    """The whole text.

    `each`: a list in the message, each element of which is read on its own. `otherwise`: what a message is to which
    no rule applies. `id`: the sender's own number of the message. `subject`: the asset's number.
    """

    title: Annotated[str, Field(max_length=200)] = ""
    each: Where | None = None
    otherwise: Literal["quarantine", "heartbeat"] = "quarantine"
    id: Joined | None = None
    subject: Joined | None = None
    time: Moment | None = None
    place: Place | None = None
    signal: Annotated[list[SignalRule], Field(min_length=1, max_length=MOST_SIGNALS)]
