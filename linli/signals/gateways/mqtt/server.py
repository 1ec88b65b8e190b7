"""The MQTT gateway: `linli gateway mqtt`. A client of every broker that is registered; it has no port of its own."""

from __future__ import annotations

import asyncio
import json
import signal
from uuid import UUID

import uvloop
from django.db import connection

from linli.base import clock
from linli.base.sealing import SealBroken
from linli.signals import listening
from linli.signals.gateways.mqtt import brokers, topics
from linli.signals.gateways.mqtt.brokers import Settings
from linli.signals.gateways.mqtt.client import Connection
from linli.signals.gateways.mqtt.message import Message
from linli.signals.gateways.mqtt.store import ACKNOWLEDGE, AWAY, DatabaseStore
from linli.signals.gateways.rim import Arrival, Batcher, log

EVERY = 2.0
FAREWELL = 5.0


class Service:
    """Keeps one connection to each active broker, as they are registered now."""

    def __init__(self, every: float = EVERY) -> None:
        self.store = DatabaseStore()
        self.batcher = Batcher(self.store)
        self.connections: dict[UUID, Connection] = {}
        self._every = every
        self._wanted: list[Settings] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to listen."""
        self._tasks = [asyncio.create_task(work()) for work in (self.batcher.run, self._tend)]

    async def stop(self) -> None:
        """Hear no more, acknowledge what is kept, leave. What is not durable in five seconds comes again."""
        for one in self.connections.values():
            one.stop_taking()
        await asyncio.sleep(0)
        await self.batcher.drained(FAREWELL)
        await asyncio.gather(*(self._close(one) for one in self.connections.values()))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.batcher.close()

    async def _tend(self) -> None:
        """Every two seconds: open, close or renew connections; say how they stand, and that we listen."""
        while True:
            try:
                await self.batcher.in_thread(self._look)
                if self._wanted is not None:
                    await self._follow(self._wanted)
            except Exception:
                log.exception("looking after the brokers failed")
            await asyncio.sleep(self._every)

    def _look(self) -> None:
        """In the store's thread. While the store is away the connections stay as they are, and nobody says we listen."""
        self._wanted = None
        try:
            for id, one in list(self.connections.items()):
                brokers.note(
                    id, connected_since=one.connected_since, heard_at=one.last_heard_at, fault=one.fault, at=clock.now()
                )
            self._wanted = brokers.settings()
            if self._wanted and all(
                found.id in self.connections and self.connections[found.id].connected_since for found in self._wanted
            ):
                listening.beat("mqtt")
        except AWAY as fault:
            connection.close()
            log.warning("the store is away: %s", str(fault).partition("\n")[0])
        except SealBroken as fault:
            log.error("%s", fault.text())

    async def _follow(self, wanted: list[Settings]) -> None:
        by_id = {found.id: found for found in wanted}
        for id, one in list(self.connections.items()):
            if by_id.get(id) != one.settings:
                one.stop_taking()
                await self._close(one)
                del self.connections[id]
        for id, settings in by_id.items():
            if id not in self.connections:
                self.connections[id] = Connection(settings, self._heard)
                self.connections[id].open()

    async def _close(self, one: Connection) -> None:
        await asyncio.get_running_loop().run_in_executor(None, one.close)

    def _heard(self, one: Connection, message: Message) -> None:
        arrival = Arrival(message, clock.now(), one.settings.host, "tcp")
        self.batcher.submit(arrival, lambda said: self._kept(one, message, said))

    def _kept(self, one: Connection, message: Message, said: bytes) -> None:
        """After the commit. Without a word of the store the message is not kept anywhere and will come again."""
        if not said and not message.set_aside:
            return
        one.acknowledge(message)
        native = topics.native(message.topic)
        if native is not None and said not in (b"", ACKNOWLEDGE):
            to = topics.answer_topic(native.source, str(json.loads(said).get("event", "")))
            if to:
                one.say(to, said)


def run(host: str, port: int) -> int:
    """Listen until SIGTERM or SIGINT; 0. Host and port are those of gateways that have a port: not used."""
    uvloop.run(_serve())
    return 0


async def _serve() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service()
    await service.start()
    await stop.wait()
    await service.stop()
