"""A small DC-09 transceiver: builds frames, sends them over TCP or UDP, counts the acknowledgements.

For the demo, the tests and for trying a receiver by hand; it is no product for a premises.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from linli.base import clock
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import Decoded, decode
from linli.signals.gateways.dc09.frames import Frame, FrameReader
from linli.signals.gateways.dc09.reply import stamp, wrap

Transport = Literal["tcp", "udp"]


@dataclass(slots=True, kw_only=True)
class Panel:
    """An account that sends: numbers its frames 0001–9999 and encrypts when it has a key."""

    account: str
    key: Key | None = None
    receiver: str | None = None
    line: str = "0"
    sequence: int = 0

    def sia(self, items: str, *fields: str, at: datetime | None = None) -> bytes:
        """A SIA-DCS frame: `items` is a block (`Nri1/BA012`), `fields` are extended data (`X117E29.40`)."""
        return self._frame("SIA-DCS", f"#{self.account}|{items}", fields, at)

    def contact_id(self, event: str, *fields: str, at: datetime | None = None) -> bytes:
        """An ADM-CID frame: `event` is `QXYZ GG CCC`."""
        return self._frame("ADM-CID", f"#{self.account}|{event}", fields, at)

    def link_test(self, at: datetime | None = None) -> bytes:
        """A NULL frame: sequence 0000."""
        return self._frame("NULL", "", (), at)

    def _frame(self, token: str, data: str, fields: Sequence[str], at: datetime | None) -> bytes:
        number = 0
        if token != "NULL":
            number = self.sequence = self.sequence % 9999 + 1
        receiver = f"R{self.receiver}" if self.receiver else ""
        star = "*" if self.key else ""
        head = f'"{star}{token}"{number:04d}{receiver}L{self.line}#{self.account}['.encode()
        rest = (data + "]" + "".join(f"[{value}]" for value in fields)).encode() + stamp(at or clock.now())
        return wrap(head + (self.key.encrypt(rest, separator=bool(data)) if self.key else rest))


@dataclass(slots=True)
class Tally:
    """What came back: `kinds` by token (ACK, NAK, DUH, none), `acknowledged` the frames that got an ACK, in order."""

    kinds: Counter[str] = field(default_factory=Counter)
    acknowledged: list[bytes] = field(default_factory=list)


class Caller:
    """A connection to a receiver; opened when needed, also again after the receiver closed it."""

    def __init__(self, host: str, port: int, transport: Transport = "tcp", timeout: float = 5.0) -> None:
        self._where, self._transport, self._timeout = (host, port), transport, timeout
        self._socket: socket.socket | None = None
        self._reader = FrameReader()
        self._answers: list[Decoded] = []

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
        self._socket, self._reader, self._answers = None, FrameReader(), []

    def send(self, frame: bytes) -> str:
        """Send one frame and wait: the token of the answer, or `none` when the time is over or the line broke."""
        tally = self.send_all([frame])
        return next(iter(tally.kinds))

    def send_all(self, frames: Iterable[bytes], *, ahead: int = 50) -> Tally:
        """Send frames, at most `ahead` of them unanswered at a time; answers come in order on TCP."""
        tally, open_frames = Tally(), []
        for frame in frames:
            self._write(frame)
            open_frames.append(frame)
            if len(open_frames) >= (ahead if self._transport == "tcp" else 1):
                self._await(open_frames, tally)
        while open_frames:
            self._await(open_frames, tally)
        return tally

    def _await(self, open_frames: list[bytes], tally: Tally) -> None:
        """Take the next answer; silence or a broken line leaves everything open unanswered."""
        answer = self._next_answer()
        if answer is None:
            tally.kinds["none"] += len(open_frames)
            open_frames.clear()
            self.close()
            return
        frame = open_frames.pop(0)
        token = answer.token or "none"
        tally.kinds[token] += 1
        if token == "ACK":
            tally.acknowledged.append(frame)

    def _write(self, frame: bytes) -> None:
        try:
            self._opened().sendall(frame)
        except OSError:
            self.close()

    def _opened(self) -> socket.socket:
        if self._socket is None:
            kind = socket.SOCK_STREAM if self._transport == "tcp" else socket.SOCK_DGRAM
            found = socket.getaddrinfo(*self._where, type=kind)[0]
            self._socket = socket.socket(found[0], kind)
            self._socket.settimeout(self._timeout)
            self._socket.connect(found[4])
        return self._socket

    def _next_answer(self) -> Decoded | None:
        while not self._answers:
            try:
                data = self._socket.recv(65_536) if self._socket else b""
            except OSError:
                return None
            if not data:
                return None
            self._answers += [decode(item) for item in self._reader.feed(data) if isinstance(item, Frame)]
        return self._answers.pop(0)
