"""The rim of a gateway: what its sockets hand over, kept in batches by one thread, answered in order.

A batch is what came within 10 ms, or 500. Nothing is answered before its commit. While the store is away the batch is
tried again and again, nothing is answered, and who would add more than fits is told to wait (it stops reading).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

log = logging.getLogger("linli.gateway")

BATCH = 500
DELAY = 0.010
MOST_WAITING = 5_000
PATIENCE = (0.25, 1.0)
"""Seconds between tries while the store is away: the first, and the longest."""

Answer = Callable[[bytes], None]


class Way(Protocol):
    """Back to a sender, at any time and not only as an answer. Used in the gateway's loop."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def alive(self) -> bool:
        """False once its connection is closed."""

    def send(self, data: bytes) -> None:
        """Send one message; nothing happens when the way is closed."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message of a sender as it came in: `peer` is its address, `transport` tcp or udp, `way` leads back to it."""

    message: Any
    received_at: datetime
    peer: str
    transport: str
    way: Way | None = None


class StoreAway(Exception):
    """The store cannot be reached; nothing of the batch is kept."""


class Store(Protocol):
    """Keeps a batch durably and gives the bytes of each answer. Runs in a thread of its own."""

    def keep(self, arrivals: Sequence[Arrival]) -> list[bytes]:
        """Everything of the batch, committed, or StoreAway. Any other error: one of them cannot be kept."""

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """Put the one that cannot be kept into quarantine. May raise StoreAway."""

    def beat(self) -> None:
        """Called every few seconds while the gateway listens. May raise StoreAway."""


class Batcher:
    """Gathers arrivals, has them kept, hands out the answers in the order of arrival."""

    def __init__(self, store: Store, *, size: int = BATCH, delay: float = DELAY, most: int = MOST_WAITING) -> None:
        self._store, self._size, self._delay, self._most = store, size, delay, most
        self._waiting: deque[tuple[Arrival, Answer, float]] = deque()
        self._under_way = 0
        self._news, self._idle = asyncio.Event(), asyncio.Event()
        self._idle.set()
        self._for_room: dict[Callable[[], None], None] = {}
        self._thread = ThreadPoolExecutor(1, "gateway-store")
        self.away = False

    @property
    def full(self) -> bool:
        """No more may be submitted now; `when_room` tells when."""
        return len(self._waiting) + self._under_way >= self._most

    def submit(self, arrival: Arrival, answer: Answer) -> None:
        """Take one arrival; `answer` is called in the loop with its bytes once it is durable."""
        self._waiting.append((arrival, answer, asyncio.get_running_loop().time()))
        self._idle.clear()
        self._news.set()

    def when_room(self, call: Callable[[], None]) -> None:
        """Call back once when there is room again."""
        self._for_room[call] = None

    def forget(self, call: Callable[[], None]) -> None:
        """It does not wait for room any more."""
        self._for_room.pop(call, None)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._news.wait()
            batch = await self._gather()
            if not batch:
                self._news.clear()
                continue
            self._under_way = len(batch)
            answers = await self._keep([arrival for arrival, _, _ in batch])
            for (_, answer, _), said in zip(batch, answers, strict=True):
                answer(said)
            self._under_way = 0
            self._make_room()
            if not self._waiting:
                self._idle.set()

    async def drained(self, seconds: float) -> bool:
        """Wait until everything submitted is answered, so long at most; whether it is."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def in_thread(self, work: Callable[[], None]) -> None:
        """Run something in the store's own thread (its database connection lives there)."""
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Let go of the thread; a batch under way ends first."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _gather(self) -> list[tuple[Arrival, Answer, float]]:
        if self._waiting and len(self._waiting) < self._size:
            oldest = self._waiting[0][2] + self._delay - asyncio.get_running_loop().time()
            if oldest > 0:
                await asyncio.sleep(oldest)
        return [self._waiting.popleft() for _ in range(min(self._size, len(self._waiting)))]

    async def _keep(self, arrivals: list[Arrival]) -> list[bytes]:
        """The answers; one that cannot be kept is set aside and gets none, and costs no other."""
        try:
            return await self._when_there(lambda: self._store.keep(arrivals))
        except Exception as fault:
            half = len(arrivals) // 2
            if half:
                return await self._keep(arrivals[:half]) + await self._keep(arrivals[half:])
            log.exception("a message of %s cannot be kept", arrivals[0].peer)
            return await self._set_aside(arrivals[0], fault)

    async def _set_aside(self, arrival: Arrival, fault: Exception) -> list[bytes]:
        try:
            await self._when_there(lambda: self._store.set_aside(arrival, fault))
        except Exception:
            log.exception("nor set aside: %r", arrival.message)
        return [b""]

    async def _when_there(self, work: Callable[[], Any]) -> Any:
        """The result of `work` in the store's thread; StoreAway means: again, a little later."""
        wait, longest = PATIENCE
        while True:
            try:
                found = await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except StoreAway as fault:
                if not self.away:
                    log.warning("the store is away, nothing is answered until it is back: %s", fault)
                self.away = True
                await asyncio.sleep(wait)
                wait = min(wait * 2, longest)
                continue
            if self.away:
                log.warning("the store is back")
            self.away = False
            return found

    def _make_room(self) -> None:
        for call in list(self._for_room):
            if self.full:
                return
            del self._for_room[call]
            call()
