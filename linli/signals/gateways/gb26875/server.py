"""The GB/T 26875.3 gateway: `linli gateway gb26875`. TCP and UDP on one port (default 26875)."""

from __future__ import annotations

import os

from linli.signals.gateways.admission import limits_of
from linli.signals.gateways.gb26875 import lines, meanings
from linli.signals.gateways.gb26875.decode import decode, header
from linli.signals.gateways.gb26875.frames import Frame, FrameReader, Malformed, read_datagram
from linli.signals.gateways.gb26875.store import DatabaseStore
from linli.signals.gateways.listeners import Gateway, serve

_FIRE = 1 << 1


class Gb26875:
    """What the listeners must know of GB/T 26875.3 (`listeners.Dialect`)."""

    key = "gb26875"
    variable = "LINLI_GB26875_PORT"

    def __init__(self, store: DatabaseStore) -> None:
        self._store = store

    def reader(self) -> FrameReader:
        """A reader for a new connection."""
        return FrameReader()

    def datagram(self, data: bytes) -> list[Frame | Malformed]:
        """The frames of a datagram."""
        return read_datagram(data)

    def hopeless(self, message: Frame | Malformed) -> bool:
        """Never: after any rubbish the next frame that fits is found again."""
        return False

    def alarm_of(self, message: Frame | Malformed) -> str | None:
        """The registered device, when this is a fire alarm of it."""
        if not isinstance(message, Frame):
            return None
        name = lines.identity(header(message.raw).source, "")
        if name not in self._store.registered:
            return None
        unit = decode(message).unit
        if unit is None or unit.type not in meanings.STATES:
            return None
        return name if any((item.status or 0) & _FIRE for item in unit.items) else None


def gateway() -> Gateway:
    """The gateway over the database, ready to start; its limits as the environment sets them."""
    store = DatabaseStore()
    return Gateway(Gb26875(store), store, limits_of(os.environ))


def run(host: str, port: int) -> int:
    """Serve until SIGTERM; 0. Raises listeners.PortTaken."""
    return serve(gateway, host, port)
