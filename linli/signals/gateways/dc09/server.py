"""The DC-09 gateway: `linli gateway dc09`. TCP and UDP on one port (default 12128)."""

from __future__ import annotations

import os

from linli.signals.gateways.admission import limits_of
from linli.signals.gateways.dc09 import codes
from linli.signals.gateways.dc09.decode import EVENT_TOKENS, address, decode
from linli.signals.gateways.dc09.frames import Frame, FrameReader, Malformed, read_datagram
from linli.signals.gateways.dc09.store import DatabaseStore
from linli.signals.gateways.listeners import Gateway, serve


class Dc09:
    """What the listeners must know of DC-09 (`listeners.Dialect`)."""

    key = "dc09"
    variable = "LINLI_DC09_PORT"

    def __init__(self, store: DatabaseStore) -> None:
        self._store = store

    def reader(self) -> FrameReader:
        """A reader for a new connection."""
        return FrameReader()

    def datagram(self, data: bytes) -> list[Frame | Malformed]:
        """The frame of a datagram."""
        return read_datagram(data)

    def hopeless(self, message: Frame | Malformed) -> bool:
        """A frame without an end: the connection is dropped."""
        return isinstance(message, Malformed) and message.reason == "too_long"

    def alarm_of(self, message: Frame | Malformed) -> str | None:
        """The registered account, when this is or (encrypted) may be an alarm of it."""
        sender = address(message) if isinstance(message, Frame) else None
        if sender is None or sender.token not in EVENT_TOKENS:
            return None
        account = sender.account.upper()
        if account not in self._store.registered:
            return None
        if sender.encrypted or any(codes.meaning(event).is_alarm for event in decode(message).events):  # type: ignore[arg-type]
            return account
        return None


def gateway() -> Gateway:
    """The gateway over the database, ready to start; its limits as the environment sets them."""
    store = DatabaseStore()
    return Gateway(Dc09(store), store, limits_of(os.environ))


def run(host: str, port: int) -> int:
    """Serve until SIGTERM; 0. Raises listeners.PortTaken."""
    return serve(gateway, host, port)
