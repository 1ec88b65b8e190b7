"""From bytes to SIP messages: a datagram is one message, a stream is cut by Content-Length (RFC 3261 §18.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from linli.signals.gateways.gb28181 import sip

MOST_DATAGRAM = 64 * 1024
MOST_BODY, MOST_BODY_OF_KNOWN = 256 * 1024, 8 * 1024 * 1024
"""Over TCP: of anybody, and of a registered peer (a catalogue may hold 10,000 records)."""
_END = re.compile(rb"\r?\n\r?\n")
_CLOSING = frozenset({"tcp-needs-content-length", "not-sip", "head-too-long", "body-too-long", "bad-content-length"})
# A message whose sender nobody can tell is dropped and counted; one that was cut wrongly is kept.
DROPPED = frozenset(
    {"not-sip", "bad-via", "bad-cseq", *(f"no-{name}" for name in ("via", "from", "to", "call-id", "cseq"))}
)


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no message: why, and the bytes."""

    reason: str
    raw: bytes

    @property
    def closes(self) -> bool:
        """On a stream nobody knows where the next message would begin."""
        return self.reason in _CLOSING

    @property
    def dropped(self) -> bool:
        """Not worth keeping: noise of scanners, without anybody to answer."""
        return self.reason in DROPPED


Item = sip.Message | Malformed


def read_datagram(data: bytes) -> list[Item]:
    """The message of a datagram; its end is the end of the body, whatever Content-Length says."""
    stripped = data.lstrip(b"\r\n")
    if not stripped.rstrip(b"\0 \t\r\n"):
        return []  # a keep-alive of the line (RFC 5626)
    if len(stripped) > MOST_DATAGRAM:
        return [Malformed("datagram-too-long", stripped[:MOST_DATAGRAM])]
    found = _END.search(stripped, 0, sip.MOST_HEAD + 4)
    head, body = (stripped[: found.start()], stripped[found.end() :]) if found else (stripped.rstrip(b"\r\n"), b"")
    try:
        message = sip.parse_head(head, body, stripped)
    except sip.NotSip as fault:
        return [Malformed(fault.reason, stripped)]
    if message.content_length is not None and message.content_length != len(body):
        message = sip.parse_head(head, body, stripped, ("content-length-ignored-udp",))
    return [message]


class StreamReader:
    """Cuts a TCP stream into messages; any chunking gives the same ones.

    `most(message)`: the longest body that its sender may send.
    """

    def __init__(self, most: Callable[[sip.Message], int] | None = None) -> None:
        self._most = most or (lambda message: MOST_BODY)
        self._buffer = bytearray()
        self._head: sip.Message | Malformed | None = None
        self._need = self._body_at = self._searched = 0
        self._closed = False

    @property
    def pending(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Item]:
        """Take bytes; the messages that are now whole. After one that closes nothing more is read."""
        if self._closed:
            return []
        self._buffer += data
        items: list[Item] = []
        while not self._closed:
            item = self._next()
            if item is None:
                return items
            items.append(item)
            if isinstance(item, Malformed) and item.closes:
                self._closed = True
                self._buffer.clear()
        return items

    def close(self) -> list[Item]:
        """The stream is over; half a message is kept as such."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._closed = True
        return [Malformed("incomplete", rest)] if rest.strip(b"\r\n\0 ") else []

    def _next(self) -> Item | None:
        if self._head is None:
            if not self._read_head():
                return None
            if isinstance(self._head, Malformed) and self._head.closes:
                item, self._head = self._head, None
                return item
        if len(self._buffer) < self._need:
            return None
        return self._take()

    def _read_head(self) -> bool:
        """Find the end of the head and what it says of the body; False when it has not come yet."""
        skip = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        if skip:
            del self._buffer[:skip]
            self._searched = 0
        found = _END.search(self._buffer, max(0, self._searched - 3), sip.MOST_HEAD + 4)
        if not found:
            self._searched = len(self._buffer)
            return self._hopeless()
        self._searched = 0
        self._body_at = found.end()
        head = bytes(self._buffer[: found.start()])
        self._need, self._head = self._judge(head)
        return True

    def _hopeless(self) -> bool:
        """No end of a head in sight: say so when there cannot be one."""
        if len(self._buffer) > sip.MOST_HEAD:
            self._head = Malformed("head-too-long", bytes(self._buffer[: sip.MOST_HEAD]))
            return True
        return False

    def _judge(self, head: bytes) -> tuple[int, sip.Message | Malformed]:
        """How many bytes the message has, and its head (or why it is none)."""
        try:
            message: sip.Message | Malformed = sip.parse_head(head)
            said = message.get("content-length")  # type: ignore[union-attr]
        except sip.NotSip as fault:
            if fault.reason in _CLOSING:
                return 0, Malformed(fault.reason, head)
            message, said = Malformed(fault.reason, head), _length_line(head)
        if said is None:
            return 0, Malformed("tcp-needs-content-length", head)
        length = sip.number_of(said)
        if length is None:
            return 0, Malformed("bad-content-length", head)
        if length > (self._most(message) if isinstance(message, sip.Message) else MOST_BODY):
            return 0, Malformed("body-too-long", head)
        return self._body_at + length, message

    def _take(self) -> Item:
        raw = bytes(self._buffer[: self._need])
        del self._buffer[: self._need]
        head, self._head = self._head, None
        if isinstance(head, Malformed):
            return Malformed(head.reason, raw)
        assert head is not None
        return sip.Message(
            head.method, head.uri, head.status, head.phrase, head.headers, raw[self._body_at :], raw, (), head.named
        )


_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\S*)", re.IGNORECASE | re.MULTILINE)


def _length_line(head: bytes) -> str | None:
    found = _LENGTH.search(head)
    return found.group(1).decode("latin-1") if found else None
