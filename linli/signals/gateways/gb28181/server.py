"""The GB/T 28181 gateway: `linli gateway gb28181`. SIP over TCP and UDP on one port (default 5060). No media port."""

from __future__ import annotations

import asyncio
import logging
import os

from linli.signals.gateways.admission import Limits, limits_of
from linli.signals.gateways.gb28181.framing import (
    MOST_BODY,
    MOST_BODY_OF_KNOWN,
    Item,
    Malformed,
    StreamReader,
    read_datagram,
)
from linli.signals.gateways.gb28181.sip import Message
from linli.signals.gateways.gb28181.store import DatabaseStore
from linli.signals.gateways.listeners import Connection, Gateway, serve
from linli.signals.gateways.rim import StoreAway, Way

log = logging.getLogger("linli.gateway")
DRIVE = 0.1


class Gb28181:
    """What the listeners must know of GB/T 28181 (`listeners.Dialect`)."""

    key = "gb28181"
    variable = "LINLI_GB28181_PORT"

    def __init__(self, store: DatabaseStore) -> None:
        self._peers = store.platform.peers

    def reader(self) -> StreamReader:
        """A reader for a new connection; a registered peer may send long catalogues."""
        return StreamReader(lambda said: MOST_BODY_OF_KNOWN if self._registered(said) else MOST_BODY)

    def datagram(self, data: bytes) -> list[Item]:
        """The message of a datagram."""
        return read_datagram(data)

    def hopeless(self, message: Item) -> bool:
        """The stream cannot be cut any further: the connection is closed."""
        return isinstance(message, Malformed) and message.closes

    def alarm_of(self, message: Item) -> str | None:
        """A registered peer: behind one address many may stand, and a lost keep-alive would look like an outage."""
        return message.from_.user if isinstance(message, Message) and self._registered(message) else None

    def _registered(self, message: Message) -> bool:
        peer = self._peers.get(message.from_.user)
        return peer is not None and peer.registered


class SipGateway(Gateway):
    """The gateway that also speaks of its own accord."""

    def __init__(self, store: DatabaseStore, limits: Limits | None = None) -> None:
        super().__init__(Gb28181(store), store, limits)
        self._sip = store
        store.mailbox = self.mailbox

    async def start(self, host: str, port: int) -> None:
        """Listen, and begin to ask."""
        await super().start(host, port)
        self._tasks.append(asyncio.create_task(self._drive()))

    async def _drive(self) -> None:
        """Ten times a second: what is to be sent of our own accord."""
        found: list[tuple[Way, bytes]] = []

        def work() -> None:
            found.extend(self._sip.drive())

        while True:
            await asyncio.sleep(DRIVE)
            try:
                await self.batcher.in_thread(work)
            except StoreAway:
                continue  # the batcher says so; what was to be said waits
            except Exception:
                log.exception("gateway gb28181: what was to be sent is not")
            for way, data in found:
                if data:
                    way.send(data)
                elif isinstance(way, Connection):
                    way.close()
            found.clear()


def gateway() -> SipGateway:
    """The gateway over the database, ready to start; its limits as the environment sets them."""
    return SipGateway(DatabaseStore(), limits_of(os.environ))


def run(host: str, port: int) -> int:
    """Serve until SIGTERM; 0. Raises listeners.PortTaken."""
    return serve(gateway, host, port)
