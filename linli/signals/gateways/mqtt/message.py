"""One message as a broker delivered it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Message:
    """`packet`: the broker's number of this delivery (0 for QoS 0); `dup`: it was sent before, perhaps.

    `connection`: which connection of ours it came on: an acknowledgement belongs to that one alone.
    `set_aside`: could not be kept as it should and stands in quarantine.
    """

    broker: UUID
    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    dup: bool = False
    packet: int = 0
    content_type: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    connection: int = 0
    set_aside: bool = field(default=False)

    def digest(self) -> bytes:
        """16 bytes that tell one message from another by what it says."""
        made = hashlib.blake2b(self.topic.encode("utf-8", "replace") + b"\x00", digest_size=16)
        made.update(self.payload)
        return made.digest()
