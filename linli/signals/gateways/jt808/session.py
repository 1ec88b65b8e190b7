"""One connection of a terminal: how far it has come, what it was told, when it has been silent for too long."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from linli.signals.gateways.jt808.frames import Frame, FrameReader, Malformed
from linli.signals.gateways.jt808.mapping import Memory
from linli.signals.gateways.jt808.reply import Said
from linli.signals.gateways.jt808.terminals import HEARTBEAT_SECONDS
from linli.signals.gateways.listeners import Line

log = logging.getLogger("linli.gateway")
UNAUTHENTICATED_FOR = 60.0
UNPROVED_FRAMES = 3
Stage = Literal["connected", "registered", "authenticated"]
_numbers = itertools.count(1)


class Spoken(NamedTuple):
    """A frame and the session in which it came; None for a datagram."""

    session: Session | None
    item: Frame | Malformed


@dataclass(slots=True)
class State:
    """What the store makes of a session; replaced as a whole when a batch is committed.

    `serial`: the next of ours on this line; `wrong`: wrong codes so far; `unproved`: what came before authentication.
    """

    stage: Stage = "connected"
    identity: str = ""
    serial: int = 0
    wrong: int = 0
    unproved: int = 0
    memory: Memory | None = None

    def copy(self) -> State:
        """One of its own."""
        return replace(self, memory=replace(self.memory) if self.memory else None)

    def next_serial(self) -> int:
        """Ours, counted per connection."""
        serial, self.serial = self.serial, (self.serial + 1) % 65_536
        return serial


@dataclass(slots=True)
class Sent:
    """A command under way: when it is repeated next (monotonic seconds), and how often it was sent."""

    command: Any
    tries: int
    again_at: float


class Sessions:
    """The sessions in which a terminal has proved itself, one for each."""

    def __init__(self) -> None:
        self.by_identity: dict[str, Session] = {}

    def take(self, identity: str, session: Session) -> None:
        """From now on this session speaks for the terminal; the one before is closed."""
        before = self.by_identity.get(identity)
        self.by_identity[identity] = session
        if before is not None and before is not session:
            log.info("a terminal connected anew: connection %s closes, %s goes on", before.number, session.number)
            before.end()

    def drop(self, session: Session) -> None:
        """It speaks for nobody any more."""
        identity = session.state.identity
        if self.by_identity.get(identity) is session:
            del self.by_identity[identity]


@dataclass(eq=False)
class Session(FrameReader):
    """The reader of one connection, and the conversation on it (`listeners.Session`)."""

    sessions: Sessions
    number: int = field(default_factory=lambda: next(_numbers))
    state: State = field(default_factory=State)
    said: Said | None = None
    patience: float = 3.0 * HEARTBEAT_SECONDS
    sent: dict[int, Sent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        FrameReader.__init__(self)
        self._line: Line | None = None
        self._began = self._last = time.monotonic()

    @property
    def payer(self) -> str:
        """The terminal, once it has proved itself."""
        return self.state.identity if self.state.stage == "authenticated" else ""

    def feed(self, data: bytes) -> list[Any]:
        """Frames with their session."""
        self._last = time.monotonic()
        return list(self._spoken(super().feed(data)))

    def close(self) -> list[Any]:
        """What is left, likewise."""
        return list(self._spoken(super().close()))

    def _spoken(self, items: list[Frame | Malformed]) -> Iterator[Spoken]:
        return (Spoken(self, item) for item in items)

    def opened(self, line: Line) -> None:
        """The connection is taken."""
        self._line = line

    def look(self) -> None:
        """Close when nobody has proved to be there, or has been silent for three heartbeats."""
        now = time.monotonic()
        late = self.state.stage != "authenticated" and now - self._began > UNAUTHENTICATED_FOR
        if late or now - self._last > self.patience:
            self.end()

    def lost(self) -> None:
        """The connection is gone."""
        self.sessions.drop(self)

    def say(self, data: bytes) -> None:
        """Send; from any thread."""
        if self._line:
            self._line.say(data)

    def end(self) -> None:
        """Answer what was heard, then close; from any thread."""
        if self._line:
            self._line.hang_up()
