"""What a simulated device of any protocol is: it builds and reads bytes, and knows no socket and no clock.

Each gateway that can be simulated has `simulator.py` with a `Fleet`: `FLEET = MyFleet()`. The runner of
`linli simulate` opens the lines, paces them, and counts what was sent and what was acknowledged.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Transport = Literal["tcp", "udp"]
What = Literal["heartbeat", "routine", "alarm", "restore", "rubbish"]
"""A sign of life; what the device says on an ordinary day (position, test, measurement); an alarm that moves people;
its end; and what a broken or hostile device sends, which must cost nobody else anything."""


@dataclass(frozen=True, slots=True)
class Say:
    """Bytes to send. `key`: what `Heard.acknowledged` names once the receiver has them; None = no answer is due.

    `counts`: how many signals the house makes of it, so that the sums come out: 0 for a log-in or a question, 1 for
    most, several for a batch; of rubbish how many rows the house keeps in quarantine (0 when it is let drop). A key is
    the device's own: not used again while its message is unanswered, nor for the next hundred.
    """

    data: bytes
    key: Hashable | None = None
    what: str = "routine"
    counts: int = 1


@dataclass(slots=True)
class Heard:
    """What came back: the keys acknowledged and refused, and what the device says to it in its turn.

    `hang_up`: the line is closed and opened again (a log-in that was refused).
    """

    acknowledged: list[Hashable] = field(default_factory=list)
    refused: list[Hashable] = field(default_factory=list)
    say: list[Say] = field(default_factory=list)
    hang_up: bool = False


class Device(Protocol):
    """One simulated device on one line. All its randomness comes from the `random.Random` it was made with."""

    identity: str

    @property
    def ready(self) -> bool:
        """Registered and let in: `tell` may be called."""

    def hello(self, now: datetime) -> Sequence[Say]:
        """What it says when its line opens (and again after it was cut): log-in, or nothing. Forgets half a frame."""

    def tell(self, what: What, now: datetime) -> Sequence[Say]:
        """Its next message of that sort; empty when the protocol has none."""

    def hear(self, data: bytes, now: datetime) -> Heard:
        """Take in bytes of the receiver, chunked anyhow (a datagram is one chunk)."""


class Fleet(Protocol):
    """The simulated devices of one protocol. `transports`: the first is the usual one."""

    transports: tuple[Transport, ...]

    def device(self, number: int, chance: random.Random) -> Device:
        """Device `number` (from 0); the same number is always the same identity."""

    def register(self, count: int) -> int:
        """Make the first `count` devices known to the house at DATABASE_URL (assets, lines, keys); how many are new.

        `enrolling.enrol` does it for whatever has an asset and a line.
        """
