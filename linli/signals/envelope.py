"""The envelope: the only thing that crosses from an entrance into the house, and what `accept` answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Phase = Literal["raised", "restored", "continuing", "cancelled", "test", "info"]
Trust = Literal["authenticated", "registered", "unregistered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One signal as its gateway read it (design: signals).

    `source` is `<protocol>:<identity>`; `body` and `item` are what, with protocol, source and sequence, make
    the fingerprint (one frame can carry several signals); `place` is (lng, lat) in WGS-84;
    `clock_skew_seconds` is sender minus us, when it differs by over 60 s; `asset_id` is the asset the signal is about
    where the entrance itself knows it (the subject of an HTTP event, a patrol's round), else its line tells.
    """

    protocol: str
    source: str
    kind: str
    phase: Phase
    occurred_at: datetime
    received_at: datetime
    sequence: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    late: bool = False
    deviations: tuple[str, ...] = ()
    trust: Trust = "registered"
    place: tuple[float, float] | None = None
    raw: bytes | None = None
    body: bytes = b""
    item: int = 0
    clock_skew_seconds: float | None = None
    asset_id: UUID | None = None

    def fingerprint(self) -> bytes:
        """16 bytes of blake2b over protocol, source, sequence, item and body."""
        head = f"{self.protocol}\x00{self.source}\x00{self.sequence}\x00{self.item}\x00".encode()
        return hashlib.blake2b(head + self.body, digest_size=16).digest()


class Accepted:
    """Durable in the log, as `id`, in the place `log_id`."""

    __slots__ = ("_id", "log_id")

    def __init__(self, id: bytes, log_id: int) -> None:
        self._id = id  # 16 bytes: most senders never ask for the UUID
        self.log_id = log_id

    @property
    def id(self) -> UUID:
        """The signal's key."""
        return UUID(bytes=self._id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accepted) and (self._id, self.log_id) == (other._id, other.log_id)

    def __hash__(self) -> int:
        return hash((self._id, self.log_id))

    def __repr__(self) -> str:
        return f"Accepted({self.id}, {self.log_id})"


@dataclass(frozen=True, slots=True)
class Folded:
    """Durable in the asset state only (a heartbeat, a position that moved nothing else)."""

    asset_id: UUID


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Already accepted within the protocol's window, as `id`."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Kept with its raw bytes and the reason; can be replayed."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Passed:
    """Durable on the bus; the log decides later."""


Verdict = Accepted | Folded | Duplicate | Quarantined | Passed
