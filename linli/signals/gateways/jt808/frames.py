"""Cuts a byte stream into JT/T 808 frames: 7E, header, body, checksum, 7E (JT/T 808-2011, -2013 and -2019, 4.4).

No socket, no clock. The edition is told by each frame (attribute bit 14), never by the port. However the bytes arrive
in pieces, the same messages come out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MARK, ESCAPE = b"\x7e", b"\x7d"
LONGEST = 2_100
"""Bytes between two markers: the longest lawful body with everything escaped."""
SILENCE = 4_096
SILENCES_BORNE = 3
_HEAD_2013 = struct.Struct(">HH6sH").unpack_from
_HEAD_2019 = struct.Struct(">HHB10sH").unpack_from
_PARTS = struct.Struct(">HH").unpack_from
_LENGTH, _ENCRYPTION, _FRAGMENT, _EDITION_2019 = 0x03FF, 0x1C00, 0x2000, 0x4000


@dataclass(slots=True)
class Frame:
    """One frame, unescaped. `phone`: its 6 or 10 bytes as sent; `version`: the version byte, None before 2019.

    `total` and `index` (from 1) are set for a part of a longer message; `raw`: from the message id to the checksum.
    """

    message_id: int
    attributes: int
    version: int | None
    phone: bytes
    serial: int
    body: bytes
    total: int | None
    index: int | None
    raw: bytes
    checksum_ok: bool = True

    @property
    def declared(self) -> int:
        """The length of the body as the header gives it."""
        return self.attributes & _LENGTH

    @property
    def length_ok(self) -> bool:
        """Whether the body is as long as the header says."""
        return self.attributes & _LENGTH == len(self.body)

    @property
    def encryption(self) -> int:
        """0 none, 1 RSA, else reserved."""
        return (self.attributes & _ENCRYPTION) >> 10


@dataclass(slots=True)
class Malformed:
    """Bytes that are no frame. Reasons: `noise`, `no_marker`, `too_long`, `escape`, `header`, `checksum`, `length`,
    `incomplete`. `frame`: what the header claims, where one could be read; not to be believed. `hopeless`: the sender
    does not speak JT/T 808 at all."""

    reason: str
    raw: bytes
    frame: Frame | None = None
    hopeless: bool = False


def checksum(data: bytes) -> int:
    """The exclusive or of all bytes, folded in halves: quicker than byte by byte."""
    folded = int.from_bytes(data, "big")
    half = 4 << max(0, (len(data) - 1).bit_length())
    while half >= 8:
        folded ^= folded >> half
        half >>= 1
    return folded & 0xFF


def unescape(content: bytes) -> bytes | None:
    """The bytes between two markers as they were before escaping; None where 7D stands before anything but 01, 02."""
    if content.count(b"\x7d\x01") + content.count(b"\x7d\x02") != content.count(ESCAPE):
        return None
    return content.replace(b"\x7d\x02", MARK).replace(b"\x7d\x01", ESCAPE)


def escape(data: bytes) -> bytes:
    """A whole frame with its markers."""
    return MARK + data.replace(ESCAPE, b"\x7d\x01").replace(MARK, b"\x7d\x02") + MARK


def parse(content: bytes) -> Frame | Malformed:
    """The frame between two markers; checked in the order escape, header, checksum, length."""
    raw: bytes | None = content
    if ESCAPE in content:
        raw = unescape(content)
        if raw is None:
            return Malformed("escape", content)
    frame = read_header(raw)  # type: ignore[arg-type]
    if frame is None:
        return Malformed("header", raw)  # type: ignore[arg-type]
    if not frame.checksum_ok:
        return Malformed("checksum", frame.raw, frame)
    if frame.attributes & _LENGTH != len(frame.body):
        return Malformed("length", frame.raw, frame)
    return frame


def read_header(raw: bytes) -> Frame | None:
    """Header, body and checksum of unescaped bytes; None when they are too few."""
    size = len(raw)
    if size < 13:
        return None
    attributes = raw[2] << 8 | raw[3]
    version = total = index = None
    if attributes & _EDITION_2019:
        if size < 18:
            return None
        message_id, attributes, version, phone, serial = _HEAD_2019(raw)
        start = 17
    else:
        message_id, attributes, phone, serial = _HEAD_2013(raw)
        start = 12
    if attributes & _FRAGMENT:
        if size < start + 5:
            return None
        total, index = _PARTS(raw, start)
        start += 4
    return Frame(message_id, attributes, version, phone, serial, raw[start:-1], total, index, raw, checksum(raw) == 0)


class FrameReader:
    """Feed bytes, get frames; holds at most 4,096 bytes and the piece just fed."""

    __slots__ = ("_buffer", "_inside", "_silences")

    def __init__(self) -> None:
        self._buffer = b""
        self._inside = False
        self._silences = 0

    @property
    def pending(self) -> bool:
        """Whether the sender is in the middle of something."""
        return bool(self._buffer)

    @property
    def held(self) -> int:
        """How many bytes wait for the rest of their frame, the marker that opened it included."""
        return len(self._buffer) + (self._inside and bool(self._buffer))

    def feed(self, data: bytes) -> list[Frame | Malformed]:
        """Takes the next bytes of the stream; gives the messages that are now whole, in order."""
        found: list[Frame | Malformed] = []
        *ended, rest = data.split(MARK)
        for piece in ended:
            self._take(piece, found)
            self._mark(found)
        if rest:
            self._take(rest, found)
        return found

    def close(self) -> list[Frame | Malformed]:
        """The stream ended or fell silent: what is left."""
        left, self._buffer = self._buffer, b""
        reason = "incomplete" if self._inside else "noise"
        self._inside = False
        return [Malformed(reason, left)] if left else []

    def _take(self, piece: bytes, found: list[Frame | Malformed]) -> None:
        """Add to what has been held since the last marker; too much of it is handed out as no frame."""
        held = self._buffer + piece if self._buffer else piece
        if self._inside and len(held) > LONGEST:
            found.append(Malformed("too_long", held[:LONGEST]))
            self._inside, held = False, held[LONGEST:]
        while not self._inside and len(held) >= SILENCE:
            self._silences += 1
            found.append(Malformed("no_marker", held[:SILENCE], hopeless=self._silences >= SILENCES_BORNE))
            held = held[SILENCE:]
        self._buffer = held

    def _mark(self, found: list[Frame | Malformed]) -> None:
        """A marker: it ends what is held and begins the next."""
        held = self._buffer
        if held:
            found.append(parse(held) if self._inside else Malformed("noise", held))
            self._buffer = b""
        self._inside = True
