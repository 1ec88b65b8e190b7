"""Cuts a byte stream, or a datagram, into DC-09 frames (ANSI/SIA DC-09, 5.5.1: LF crc 0LLL "id" … CR).

No socket, no clock. However the bytes arrive in pieces, the same messages come out. The place of the first
quote finds a frame, not its length field and not its LF: a length may lie, and a CRC sent as two raw bytes
may itself hold CR or LF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from fastcrc import crc16

LF, CR, QUOTE = 0x0A, 0x0D, 0x22
FILL = b"\x00\r\n \t"
"""Bytes between frames that say nothing: some panels send NUL after CR, others CR LF."""
LIMIT = 8192
_HEADER = re.compile(rb'\n(?:[^\r\n"]{8}|[\x00-\xff]{2}[^\r\n"]{4})"')
_HEADER_SIZE = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame from LF to CR. `quote`: offset of the first quote, 9, or 7 when the CRC came as two raw bytes."""

    raw: bytes
    quote: int = 9
    trailing: bool = False


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no frame. Reasons: `noise`, `cut_short`, `too_long`, `incomplete`."""

    reason: str
    raw: bytes


def crc(body: bytes) -> int:
    """CRC-16/ARC as DC-07 gives it: polynomial 0xA001 reflected, start 0; `123456789` gives 0xBB3D."""
    return crc16.arc(body)


class FrameReader:
    """Feed bytes, get messages; never holds more than `limit` bytes and the piece just fed."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._buffer = bytearray()
        self._limit = limit

    @property
    def pending(self) -> bool:
        """Whether the sender is in the middle of something (the shorter time-out holds)."""
        return bool(self._buffer.strip(FILL))

    def feed(self, data: bytes) -> list[Frame | Malformed]:
        """Takes the next bytes of the stream; gives the messages that are now whole, in order."""
        self._buffer += data
        found: list[Frame | Malformed] = []
        while self._step(found):
            pass
        return found

    def close(self) -> list[Frame | Malformed]:
        """The stream ended or fell silent: what is left, as noise or as an incomplete frame."""
        found: list[Frame | Malformed] = []
        half = self._start()
        if half < 0:
            half = self._buffer.rfind(LF, 0, len(self._buffer.rstrip(FILL)))
            if half < 0 or CR in self._buffer[half + 3 :]:  # a CRC of two raw bytes may hold a CR
                half = len(self._buffer)
        self._take_noise(half, found, whole=True)
        if self._buffer:
            found.append(Malformed("incomplete", bytes(self._buffer)))
            self._buffer.clear()
        return found

    def _start(self) -> int:
        """Offset of the LF of the first frame in the buffer; -1 when none starts yet."""
        found = _HEADER.search(self._buffer)
        return found.start() if found else -1

    def _step(self, found: list[Frame | Malformed]) -> bool:
        start = self._start()
        if start < 0:
            self._take_noise(max(0, len(self._buffer) - _HEADER_SIZE + 1), found, whole=False)
            return False
        self._take_noise(start, found, whole=True)
        return self._take_frame(found)

    def _take_noise(self, end: int, found: list[Frame | Malformed], *, whole: bool) -> None:
        """Drops fill and hands out noise before `end` in pieces of the limit; the rest too when `whole`."""
        buffer = self._buffer
        while end:
            noise = bytes(buffer[:end])
            skip = len(noise) - len(noise.lstrip(FILL))
            if not whole and end - skip < self._limit:
                del buffer[:skip]
                return
            piece = noise[skip : skip + self._limit].rstrip(FILL)
            if piece:
                found.append(Malformed("noise", piece))
            taken = min(end, skip + self._limit)
            del buffer[:taken]
            end -= taken

    def _take_frame(self, found: list[Frame | Malformed]) -> bool:
        """Takes the frame at the start of the buffer; False when its CR has not come yet."""
        buffer = self._buffer
        quote = buffer.find(QUOTE)
        quote = quote if quote in (7, 9) else 7
        end = buffer.find(CR, quote)
        if (end < 0 and len(buffer) > self._limit) or end >= self._limit:
            found.append(Malformed("too_long", bytes(buffer[: self._limit])))
            del buffer[: self._limit]
            return True
        if end < 0:
            return False
        cut = buffer.find(LF, quote, end)
        if cut >= 0 and not _check_holds(buffer, quote, end):
            found.append(Malformed("cut_short", bytes(buffer[:cut])))
            del buffer[:cut]
            return True
        found.append(Frame(bytes(buffer[: end + 1]), quote))
        del buffer[: end + 1]
        return True


def _check_holds(buffer: bytearray, quote: int, end: int) -> bool:
    """Whether the CRC is right over a body that holds an LF: then it is one odd frame, not a torn one."""
    want = crc(bytes(buffer[quote:end]))
    sent = bytes(buffer[1 : quote - 4]).upper()
    return sent == (b"%04X" % want if quote == 9 else want.to_bytes(2, "big"))


def read_datagram(data: bytes, limit: int = LIMIT) -> list[Frame | Malformed]:
    """The messages of one datagram (DC-09-2013 UDP: one frame); fill behind the last frame is noted on it."""
    if len(data) > limit:
        return [Malformed("too_long", data[:limit])]
    reader = FrameReader(limit)
    found = reader.feed(data)
    filled = bool(reader._buffer) and not reader.pending
    if filled and found and isinstance(found[-1], Frame):
        found[-1] = replace(found[-1], trailing=True)
    return found + reader.close()
