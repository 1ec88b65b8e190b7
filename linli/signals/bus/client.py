"""JetStream behind a few plain calls: its asyncio client lives in a thread of its own.

One stream, on file, three copies where there are three servers. It refuses what finds no room instead of dropping what
is oldest, and nothing is removed from it but what the log has taken in (`consumer`).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import TimeoutError as Late
from typing import Any

from linli.signals.bus import proof
from linli.signals.bus.refusals import BusAtStart, ClientMissing, WrongStream
from linli.signals.bus.wire import SUBJECT, Message

log = logging.getLogger("linli.bus")

STREAM = "LINLI_SIGNALS"
REPETITIONS_KNOWN = 120.0
"""Seconds in which the bus itself drops a repetition: less than any protocol's window, since the log decides."""
PATIENCE = 5.0


class BusAway(Exception):
    """The bus cannot be reached or does not acknowledge."""


class Bus:
    """A connection to the cluster; every call may raise BusAway."""

    def __init__(self, urls: list[str], monitors: list[str]) -> None:
        self.urls, self.monitors = urls, monitors
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bus", daemon=True)
        self._thread.start()
        self._connection: Any = None
        self.stream: Any = None

    def open(self) -> Bus:
        """Connect, have the proof, find or make the stream. BusAtStart, NoProof, NotDurable, WrongStream."""
        try:
            import nats  # noqa: F401
        except ImportError as fault:
            raise ClientMissing() from fault
        try:
            self.call(self._connect(), 2 * PATIENCE)
            found = proof.nodes(self.monitors)
            state = self.call(self._stream(3 if len(found) >= 3 else 1), 4 * PATIENCE)
        except BusAway as fault:
            raise BusAtStart(urls=", ".join(self.urls), reason=str(fault)) from fault
        proof.check(found, keepers(state))
        return self

    def call(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """The result of something done in the client's loop. BusAway."""
        from nats.errors import Error

        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except Late as fault:
            future.cancel()
            raise BusAway("no answer in time") from fault
        except (Error, OSError) as fault:
            raise BusAway(str(fault) or type(fault).__name__) from fault

    def publish(self, messages: Sequence[Message]) -> int:
        """All of them, acknowledged by the cluster; how many it had already. BusAway: some may be there, none must."""
        if not self._connection.is_connected:
            raise BusAway("not connected")
        return int(self.call(self._publish(messages), PATIENCE + 1))

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            asyncio.run_coroutine_threadsafe(self._connection.close(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    async def _connect(self) -> None:
        import nats

        async def said(fault: Exception) -> None:
            log.info("bus: %s", fault)

        self._connection = await nats.connect(
            servers=self.urls,
            connect_timeout=2,
            max_reconnect_attempts=-1 if self._connection else 3,
            reconnect_time_wait=0.3,
            ping_interval=3,
            max_outstanding_pings=2,
            error_cb=said,
        )
        self._connection.options["max_reconnect_attempts"] = -1
        self.stream = self._connection.jetstream(timeout=PATIENCE)

    async def _stream(self, copies: int) -> Any:
        from nats.js.api import StreamConfig
        from nats.js.errors import NotFoundError

        needed = {
            "storage": "file",
            "discard": "new",
            "retention": "limits",
            "num_replicas": copies,
            "deny_delete": True,
        }
        try:
            state = await self.stream.stream_info(STREAM)
        except NotFoundError:
            wanted = StreamConfig(
                name=STREAM,
                subjects=[f"{SUBJECT}.>"],
                duplicate_window=REPETITIONS_KNOWN,
                **needed,  # type: ignore[arg-type]
            )
            return await self.stream.add_stream(wanted)
        for name, value in needed.items():
            if getattr(state.config, name) != value:
                raise WrongStream(stream=STREAM, what=f"{name}: {getattr(state.config, name)}")
        if state.config.max_age:
            raise WrongStream(stream=STREAM, what=f"max_age: {state.config.max_age}")
        return state

    async def _publish(self, messages: Sequence[Message]) -> int:
        acknowledged = await asyncio.gather(
            *(
                self.stream.publish(
                    one.subject, one.data, stream=STREAM, headers={"Nats-Msg-Id": one.key}, timeout=PATIENCE
                )
                for one in messages
            )
        )
        return sum(bool(answer.duplicate) for answer in acknowledged)


def keepers(state: Any) -> set[str]:
    """The names of the servers that keep the stream."""
    cluster = state.cluster
    if cluster is None:
        return set()
    return {name for name in (cluster.leader, *(peer.name for peer in cluster.replicas or [])) if name}
