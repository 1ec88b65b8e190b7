"""What a pack declares to the signals room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel


class Values(BaseModel):
    """The values of a kind; unknown fields are kept (in `values.extra` of the log)."""

    model_config = {"extra": "allow"}


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalKind:
    """A kind of signal (`alarm.fire`): its typed values and how long the log keeps it."""

    key: str
    label: Any
    values: type[BaseModel] = Values
    retention: Literal["track", "person", "record"] = "record"
