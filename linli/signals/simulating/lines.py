"""The line of one simulated device: a TCP connection or a UDP socket, opened again when it breaks."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from linli.signals.simulating.book import Book
from linli.signals.simulating.counting import Tally
from linli.signals.simulating.device import Device, Say

Again = Callable[["Line"], None]
"""Called when the line is gone and should be opened again."""


class Line(asyncio.Protocol, asyncio.DatagramProtocol):
    """One device and its socket. `chunks`: every write goes out in pieces of some bytes."""

    def __init__(
        self, device: Device, book: Book, tally: Tally, again: Again, clock: Callable[[], datetime], *,
        chunks: random.Random | None = None,
    ) -> None:  # fmt: skip
        self.device, self.book = device, book
        self._tally, self._again, self._clock, self._chunks = tally, again, clock, chunks
        self._transport: Any = None
        self._pieces: deque[bytes] = deque()
        self._paused = self._was_ready = self.closing = False
        self.failures = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a socket."""
        return self._transport is not None

    def free(self, window: int) -> bool:
        """Whether it may say something new: let in, not choked, fewer than `window` messages unanswered."""
        return self._transport is not None and not self._paused and self.device.ready and len(self.book) < window

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is there: say hello, and what is still unanswered as soon as it is let in."""
        self._transport, self._paused, self._was_ready = transport, False, False
        self._tally.connected += 1
        self.failures = 0
        self.say(self.device.hello(self._clock()))
        self._look_ready()

    def connection_lost(self, fault: Exception | None) -> None:
        """Cut: by the receiver, or at the end by us."""
        self._gone()

    def data_received(self, data: bytes) -> None:
        """Bytes of the receiver."""
        heard = self.device.hear(data, self._clock())
        self.book.heard(heard, _now())
        self.say(heard.say)
        self._look_ready()
        if heard.hang_up:
            self.hang_up()

    def datagram_received(self, data: bytes, address: Any) -> None:
        """A datagram of the receiver."""
        self.data_received(data)

    def error_received(self, fault: Exception) -> None:
        """A datagram was not delivered: it will be sent again."""
        self._tally.failed += 1

    def pause_writing(self) -> None:
        """The receiver does not read us."""
        self._paused = True

    def resume_writing(self) -> None:
        """It does again."""
        self._paused = False

    def say(self, said: Iterable[Say]) -> None:
        """Send for the first time."""
        for one in said:
            self.book.sent(one, _now())
            self.write(one.data)

    def say_again(self, *, all: bool = False) -> None:
        """Send again what has waited for too long."""
        if self._transport is not None and (self.device.ready or not all):
            for data in self.book.due_again(_now(), all=all):
                self.write(data)

    def repeat(self) -> None:
        """Send once more something that was acknowledged."""
        data = self.book.repetition(_now())
        if data is not None:
            self.write(data)

    def write(self, data: bytes) -> None:
        """Bytes onto the line (a message of a datagram socket is never cut)."""
        if self._transport is None:
            return
        if isinstance(self._transport, asyncio.DatagramTransport) or hasattr(self._transport, "sendto"):
            self._transport.sendto(data)
        elif self._chunks is None:
            self._transport.write(data)
        else:
            self._cut_up(data, self._chunks)

    def hang_up(self) -> None:
        """Close; it is opened again unless the line is `closing`."""
        if self._transport is not None:
            cast(asyncio.Transport, self._transport).close()

    def _look_ready(self) -> None:
        """Let in just now: what was said before the line broke is said again."""
        if self.device.ready and not self._was_ready:
            self._was_ready = True
            self.say_again(all=True)

    def _cut_up(self, data: bytes, chance: random.Random) -> None:
        idle = not self._pieces
        while data:
            size = chance.randint(1, 40)
            self._pieces.append(data[:size])
            data = data[size:]
        if idle:
            self._next_piece()

    def _next_piece(self) -> None:
        if self._pieces and self._transport is not None:
            self._transport.write(self._pieces.popleft())
            asyncio.get_running_loop().call_later(0.001, self._next_piece)

    def _gone(self) -> None:
        if self._transport is None:
            return
        self._transport = None
        self._pieces.clear()
        if not self.closing:
            self._tally.cut += 1
            self.book.cut()
            self._again(self)


def _now() -> float:
    return asyncio.get_running_loop().time()
