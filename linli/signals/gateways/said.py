"""What one event says, whatever its form was: a CloudEvent, or plain JSON read by a mapping."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.signals.envelope import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`id`: the sender's own number, unique for its source; `item`: which of several signals of one message.

    `subject`: the asset's number, None = the source's own. `place`: (lng, lat) in WGS-84. `content`: what is said, in
    one form for equal events: compared when the id comes again.
    """

    id: str
    kind: str
    phase: Phase | None = None
    time: datetime | None = None
    subject: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    place: tuple[float, float] | None = None
    item: int = 0
    deviations: tuple[str, ...] = ()
    content: bytes = b""
