"""TCP and UDP listeners of a gateway: bytes → messages → batcher → answers, in order, with bounded memory.

A connection that has more under way than it may, or whose sender is over its limit, is not read until that has changed;
so a flood stays in the sender's own buffers. A datagram over the limit is dropped (its sender repeats).
"""

from __future__ import annotations

import asyncio
import errno
import gc
import select
import signal
import socket
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast, runtime_checkable

import uvloop
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.refusal import Refusal
from linli.signals.gateways.admission import Admission, Limits
from linli.signals.gateways.rim import Arrival, Batcher, Store, StoreAway, log

READ = 8_192
BEAT = 5.0
FAREWELL = 5.0


class PortTaken(Refusal):
    """Another program has the port: the gateway does not start half."""

    code = "gateway.port_taken"
    sentence = _(
        "Port {port} ({transport}) of {host} is taken by another program. Stop that program, or set another port in"
        " {variable}."
    )


class Reader(Protocol):
    """Cuts a stream into messages (sans-io)."""

    @property
    def pending(self) -> bool: ...
    def feed(self, data: bytes) -> list[Any]: ...
    def close(self) -> list[Any]: ...


class Line(Protocol):
    """An open connection as its session sees it. Both may be called from any thread."""

    def say(self, data: bytes) -> None:
        """Send something that nobody asked for."""

    def hang_up(self) -> None:
        """Hear nothing more, answer what was heard, close."""


@runtime_checkable
class Session(Reader, Protocol):
    """A reader that is also a conversation: it knows its line, and is looked at once a second."""

    @property
    def payer(self) -> str:
        """Who has proved to be on the line, for the limits; empty: nobody yet, its address pays."""

    def opened(self, line: Line) -> None: ...
    def look(self) -> None: ...
    def lost(self) -> None: ...


class Dialect(Protocol):
    """What a protocol tells the listeners."""

    key: str
    variable: str

    def reader(self) -> Reader: ...
    def datagram(self, data: bytes) -> list[Any]: ...
    def hopeless(self, message: Any) -> bool:
        """Whether the connection is closed after this message."""

    def alarm_of(self, message: Any) -> str | None:
        """The registered account whose alarm this may be; asked only of a message that would have to wait."""


class Gateway:
    """One protocol's server on one port, TCP and UDP."""

    def __init__(self, dialect: Dialect, store: Store, limits: Limits | None = None) -> None:
        self.dialect, self.store, self.limits = dialect, store, limits or Limits()
        self.batcher = Batcher(store)
        self.admission = Admission(self.limits)
        self.connections: set[Connection] = set()
        self.by_address: Counter[str] = Counter()
        self.port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._server: asyncio.AbstractServer | None = None
        self._datagrams: asyncio.DatagramTransport | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen on TCP and UDP, or on neither (PortTaken)."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Connection(self), host, port, backlog=1024)
        except OSError as fault:
            raise self._taken(fault, host, port, "TCP") from fault
        self.port = cast(asyncio.Server, self._server).sockets[0].getsockname()[1]
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: Datagrams(self), sock=_datagram_socket(host, self.port)
            )
        except OSError as fault:
            self._server.close()
            raise self._taken(fault, host, self.port, "UDP") from fault
        self._datagrams = transport
        self._tasks = [asyncio.create_task(work()) for work in (self.batcher.run, self._watch, self._beat)]

    def mailbox(self, host: str, port: int) -> Mailbox | None:
        """The way to a sender of datagrams; None before the gateway listens."""
        return Mailbox(self._datagrams, (host, port)) if self._datagrams else None

    async def stop(self) -> None:
        """Hear no more, answer what was heard, close. What is not durable in five seconds stays unanswered."""
        if self._server:
            self._server.close()
        for connection in list(self.connections):
            connection.finish()
        await self.batcher.drained(FAREWELL)
        if self._datagrams:
            self._datagrams.close()
        for connection in list(self.connections):
            connection.close()
        await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.batcher.close()

    def _taken(self, fault: OSError, host: str, port: int, transport: str) -> Exception:
        if fault.errno not in (errno.EADDRINUSE, errno.EACCES):
            return fault
        return PortTaken(port=port, transport=transport, host=host, variable=self.dialect.variable)

    async def _watch(self) -> None:
        """Once a second: close who has been silent for too long, or has hung up while we could not answer."""
        while True:
            await asyncio.sleep(1.0)
            now = asyncio.get_running_loop().time()
            gone = hung_up([connection.number for connection in self.connections if connection.waits_for_us])
            for connection in list(self.connections):
                connection.look(now, connection.number in gone)

    async def _beat(self) -> None:
        while True:
            try:
                await self.batcher.in_thread(self.store.beat)
            except StoreAway:
                pass  # the batcher says so; silence is then measured without us
            except Exception:
                log.exception("the beat of gateway %s failed", self.dialect.key)
            await asyncio.sleep(BEAT)


class Heard:
    """A message on its way to the batcher; asked once whose alarm it is, if it has to wait."""

    __slots__ = ("_alarm_of", "at", "message")

    def __init__(self, message: Any, at: datetime) -> None:
        self.message, self.at = message, at
        self._alarm_of: str | None = ""

    def delay(self, gateway: Gateway, peer: str, payer: str = "") -> float:
        """Seconds until it may pass; 0: now. `payer`: who has proved to be on the line, if anybody has."""
        now = asyncio.get_running_loop().time()
        if payer:
            return gateway.admission.wait_of(payer, now)
        delay = gateway.admission.wait(peer, self._alarm_of or None, now)
        if delay and self._alarm_of == "":
            self._alarm_of = gateway.dialect.alarm_of(self.message)
            return self.delay(gateway, peer) if self._alarm_of else delay
        return delay


class Connection(asyncio.BufferedProtocol):
    """One TCP connection: many frames, answered in order."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._reader = gateway.dialect.reader()
        self._session = self._reader if isinstance(self._reader, Session) else None
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(READ)
        self._heard: deque[Heard] = deque()
        self._under_way = 0
        self._asked = self._ending = self._paused = self._choked = False
        self._transport: asyncio.Transport
        self._peer, self.port = "", 0
        self._counted = False
        self._last = self._began = asyncio.get_running_loop().time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or drop it at once when there are too many."""
        self._transport = cast(asyncio.Transport, transport)
        address = transport.get_extra_info("peername") or ("", 0)
        self._peer, self.port = str(address[0]), int(address[1])
        gateway, limits = self._gateway, self._gateway.limits
        if (
            len(gateway.connections) >= limits.connections
            or gateway.by_address[self._peer] >= limits.connections_per_address
        ):
            log.warning("gateway %s: too many connections, one of %s is dropped", gateway.dialect.key, self._peer)
            self._transport.abort()
            return
        self._counted = True
        gateway.connections.add(self)
        gateway.by_address[self._peer] += 1
        if self._session:
            self._session.opened(self)

    def connection_lost(self, fault: Exception | None) -> None:
        """What was heard whole goes on to the store; half a frame is kept for the people who look into quarantine."""
        if not self._counted:
            return
        gateway = self._gateway
        gateway.connections.discard(self)
        gateway.by_address[self._peer] -= 1
        if not gateway.by_address[self._peer]:
            del gateway.by_address[self._peer]
        if self._session:
            self._session.lost()
        if gateway.batcher.full:  # the store is away: what waits outside it is unanswered and will be sent again
            gateway.batcher.forget(self._again)
            self._heard.clear()
        self._end_of_stream()

    def get_buffer(self, sizehint: int) -> bytearray:
        """The buffer to read into; its size bounds what one connection holds."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes have come."""
        now = asyncio.get_running_loop().time()
        was_pending = self._reader.pending
        messages = self._reader.feed(bytes(self._buffer[:nbytes]))
        self._last = now
        if messages or not was_pending:
            self._began = now
        self._take(messages)

    def eof_received(self) -> bool:
        """The sender has said all; it may still wait for its answers."""
        self._end_of_stream()
        return True

    def pause_writing(self) -> None:
        """The sender does not read its answers: then we do not read it."""
        self._choked = True
        self._set_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        self._choked = False
        self._set_reading()

    @property
    def number(self) -> int:
        """The file descriptor of its socket; -1 when that is closed."""
        return int(self._transport.get_extra_info("socket").fileno())

    @property
    def host(self) -> str:
        """The address of the sender."""
        return self._peer

    @property
    def alive(self) -> bool:
        """Whether something can still be said to it."""
        return self._counted and not self._ending and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Say something of our own accord."""
        if self.alive:
            self._transport.write(data)

    @property
    def waits_for_us(self) -> bool:
        """Whether something it said is not answered yet."""
        return bool(self._under_way or self._heard)

    def look(self, now: float, gone: bool) -> None:
        """Close when the sender has been silent for too long; never while it waits for us, unless it has `gone`."""
        limits, silent = self._gateway.limits, now - self._last
        if self.waits_for_us:
            if gone and silent > limits.inside_a_frame:
                self._transport.abort()
            return
        if self._session:
            self._session.look()
        inside = self._reader.pending and now - self._began > limits.inside_a_frame
        if inside or silent > limits.between_frames:
            self._end_of_stream()

    def finish(self) -> None:
        """Hear nothing more, answer what was heard, close."""
        self._ending = True
        self._push()

    def say(self, data: bytes) -> None:
        """Send something that nobody asked for; from any thread."""
        self._loop.call_soon_threadsafe(self._write, data)

    def hang_up(self) -> None:
        """`finish`, from any thread."""
        self._loop.call_soon_threadsafe(self.finish)

    def close(self) -> None:
        """Close after what is written has gone out."""
        self._transport.close()

    def _end_of_stream(self) -> None:
        self._ending = True
        self._take(self._reader.close())

    def _take(self, messages: list[Any]) -> None:
        now = clock.now()
        for message in messages:
            self._heard.append(Heard(message, now))
            if self._gateway.dialect.hopeless(message):
                self._ending = True
        self._push()

    def _push(self) -> None:
        """Hand over what may go now; come back when the rest may."""
        gateway = self._gateway
        while self._heard and self._under_way < gateway.limits.messages_under_way and not self._asked:
            if gateway.batcher.full:
                self._asked = True
                gateway.batcher.when_room(self._again)
                break
            heard = self._heard[0]
            delay = heard.delay(gateway, self._peer, self._session.payer if self._session else "")
            if delay:
                self._asked = True
                asyncio.get_running_loop().call_later(delay, self._again)
                break
            self._heard.popleft()
            self._under_way += 1
            gateway.batcher.submit(Arrival(heard.message, heard.at, self._peer, "tcp", self), self._answer)
        self._set_reading()
        if self._ending and not self._heard and not self._under_way:
            self._transport.close()

    def _again(self) -> None:
        self._asked = False
        self._push()

    def _answer(self, said: bytes) -> None:
        self._under_way -= 1
        self._write(said)
        self._push()

    def _write(self, said: bytes) -> None:
        if said and not self._transport.is_closing():
            self._transport.write(said)

    def _set_reading(self) -> None:
        """Read only while there is nothing left to hand over and the sender takes its answers."""
        stop = self._choked or self._ending or bool(self._heard)
        if stop != self._paused and not self._transport.is_closing():
            self._paused = stop
            (self._transport.pause_reading if stop else self._transport.resume_reading)()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The way to a sender of datagrams."""

    transport: asyncio.DatagramTransport
    address: tuple[str, int]

    @property
    def host(self) -> str:
        """Its address."""
        return self.address[0]

    @property
    def port(self) -> int:
        """Its port."""
        return self.address[1]

    @property
    def alive(self) -> bool:
        """As long as we listen ourselves."""
        return not self.transport.is_closing()

    def send(self, data: bytes) -> None:
        """One datagram."""
        if data and self.alive:
            self.transport.sendto(data, self.address)


class Datagrams(asyncio.DatagramProtocol):
    """The UDP side: one datagram, one frame, one answer to where it came from."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[Any, ...]) -> None:
        """Hand over, or drop what is over the limit or finds no room: then nothing is answered and it is sent again."""
        gateway, peer = self._gateway, str(address[0])
        for message in gateway.dialect.datagram(data):
            heard = Heard(message, clock.now())
            if gateway.batcher.full or heard.delay(gateway, peer):
                return
            way = Mailbox(self._transport, (peer, int(address[1])))
            gateway.batcher.submit(Arrival(message, heard.at, peer, "udp", way), way.send)

    def error_received(self, fault: Exception) -> None:
        """An answer could not be delivered (the port of the sender is closed): it will ask again."""
        log.info("datagram not delivered: %s", fault)


def _datagram_socket(host: str, port: int) -> socket.socket:
    """Bound here and not by uvloop, which does not say why it could not."""
    family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    made = socket.socket(family, kind, number)
    try:
        made.bind(address)
    except OSError:
        made.close()
        raise
    made.setblocking(False)
    return made


def hung_up(numbers: list[int]) -> set[int]:
    """Those of these sockets whose other end is closed; a socket that we do not read would not tell by itself."""
    poll = select.poll()
    for number in numbers:
        if number >= 0:
            poll.register(number, getattr(select, "POLLRDHUP", 0))
    return {number for number, _ in poll.poll(0)}


def serve(make: Callable[[], Gateway], host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; 0. Raises PortTaken."""
    uvloop.run(_serve(make, host, port))
    return 0


async def _serve(make: Callable[[], Gateway], host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    gateway = make()
    await gateway.start(host, port)
    gc.collect()
    gc.freeze()  # what there is now stays: looking through it again and again would hold up answers
    log.info("gateway %s listens on %s port %s, TCP and UDP", gateway.dialect.key, host, gateway.port)
    await stop.wait()
    await gateway.stop()
