"""The JT/T 808 gateway: `linli gateway jt808`. TCP and UDP on one port (default 8808)."""

from __future__ import annotations

import os
from dataclasses import replace

from linli.signals.gateways.admission import Limits, limits_of
from linli.signals.gateways.jt808 import alarms
from linli.signals.gateways.jt808.decode import POSITION, identity
from linli.signals.gateways.jt808.frames import Frame, FrameReader, Malformed
from linli.signals.gateways.jt808.session import Session, Sessions, Spoken
from linli.signals.gateways.jt808.store import DatabaseStore
from linli.signals.gateways.listeners import Gateway, serve

CONNECTIONS_PER_ADDRESS = 200
INSIDE_A_FRAME = 30.0
LONGEST_DATAGRAM = 2_102


class Jt808:
    """What the listeners must know of JT/T 808 (`listeners.Dialect`)."""

    key = "jt808"
    variable = "LINLI_JT808_PORT"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def reader(self) -> Session:
        """A session for a new connection."""
        return Session(self._sessions)

    def datagram(self, data: bytes) -> list[Spoken]:
        """The frames of a datagram."""
        if len(data) > LONGEST_DATAGRAM:
            return [Spoken(None, Malformed("too_long", data[:LONGEST_DATAGRAM]))]
        reader = FrameReader()
        return [Spoken(None, item) for item in [*reader.feed(data), *reader.close()]]

    def hopeless(self, message: Spoken) -> bool:
        """Three times 4,096 bytes without a marker: this is no terminal."""
        return isinstance(message.item, Malformed) and message.item.hopeless

    def alarm_of(self, message: Spoken) -> str | None:
        """The terminal that reports a danger to life; asked only of what would have to wait."""
        frame = message.item
        if not isinstance(frame, Frame) or frame.message_id != POSITION or frame.total is not None:
            return None
        bits = int.from_bytes(frame.body[:4], "big")
        return identity(frame.phone) or None if bits & alarms.LIFE else None


def gateway() -> Gateway:
    """The gateway over the database, ready to start; its limits as the environment sets them."""
    sessions = Sessions()
    return Gateway(Jt808(sessions), DatabaseStore(sessions), _limits(limits_of(os.environ)))


def _limits(usual: Limits) -> Limits:
    """A session knows its own heartbeat; what nobody set for all gateways is as JT/T 808 needs it."""
    per_address = usual.connections_per_address
    if "LINLI_GATEWAY_CONNECTIONS_PER_ADDRESS" not in os.environ:
        per_address = CONNECTIONS_PER_ADDRESS
    return replace(
        usual, connections_per_address=per_address, inside_a_frame=INSIDE_A_FRAME, between_frames=float("inf")
    )


def run(host: str, port: int) -> int:
    """Serve until SIGTERM; 0. Raises listeners.PortTaken."""
    return serve(gateway, host, port)
