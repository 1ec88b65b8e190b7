"""Cuts a byte stream, or a datagram, into GB/T 26875.3 frames (6.6: @@ control unit, data unit, checksum, ##).

No socket, no clock. However the bytes arrive in pieces, the same messages come out. Nothing is escaped, so markers may
stand inside a data unit: the length rules. Where the end does not fit, the next @@ from which everything fits counts.
"""

from __future__ import annotations

from dataclasses import dataclass

START, END = b"@@", b"##"
CONTROL = 27
"""Bytes from the start marker to the command."""
AROUND = 30
"""Bytes of a frame besides its data unit."""
LONGEST_UNIT = 1024
LIMIT = 4096
"""The longest frame that is read to its end, so that an over-long one can be denied with its checksum known."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame from @@ to where ## should be. `checksum_ok`, `end_ok`: whether these fit."""

    raw: bytes
    checksum_ok: bool = True
    end_ok: bool = True


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no frame. Reasons: `noise`, `too_long`, `cut_short`, `incomplete`.

    `too_long`, `cut_short` and `incomplete` begin with @@; the first also has a whole control unit.
    """

    reason: str
    raw: bytes


def checksum(raw: bytes) -> int:
    """The low eight bits of the sum of everything between the start marker and the checksum itself."""
    return sum(raw[2:-3]) & 0xFF


class FrameReader:
    """Feed bytes, get messages; never holds more than `LIMIT` twice and the piece just fed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """Whether the sender is in the middle of something (the shorter time-out holds)."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame | Malformed]:
        """Takes the next bytes of the stream; gives the messages that are now whole, in order."""
        self._buffer += data
        return self._cut(ended=False)

    def close(self) -> list[Frame | Malformed]:
        """The stream ended or fell silent: what is left, as noise or as an incomplete frame."""
        found = self._cut(ended=True)
        if self._buffer:
            found.append(_unfinished(bytes(self._buffer)))
            self._buffer.clear()
        return found

    def _cut(self, ended: bool) -> list[Frame | Malformed]:
        found: list[Frame | Malformed] = []
        buffer, at = bytes(self._buffer), 0
        while at < len(buffer):
            message, end = _next(buffer, at, ended)
            if end == at:
                break
            if message is not None:
                found.append(message)
            at = end
        if at:
            del self._buffer[:at]
        return found


def _next(buffer: bytes, at: int, ended: bool) -> tuple[Frame | Malformed | None, int]:
    """The message at `at` and where it ends; the same place when more bytes are needed to tell."""
    start = buffer.find(START, at)
    if start != at:
        return _noise(buffer, at, start, ended)
    if len(buffer) - at < CONTROL:
        return None, at
    size = AROUND + int.from_bytes(buffer[at + 24 : at + 26], "little")
    if size > LIMIT:
        return Malformed("too_long", buffer[at : at + CONTROL]), at + CONTROL
    if len(buffer) - at < size:
        return _waiting(buffer, at, ended)
    raw = buffer[at : at + size]
    good, whole = raw[-3] == checksum(raw), raw.endswith(END)
    if whole:
        return Frame(raw, good), at + size
    return _torn(buffer, at, Frame(raw, good, False), ended)


def _noise(buffer: bytes, at: int, start: int, ended: bool) -> tuple[Malformed | None, int]:
    """Bytes outside a frame, in pieces of the limit; a last @ may be half of a marker."""
    if start < 0:
        start = len(buffer)
        if not ended:
            start -= buffer.endswith(b"@")
            if start - at < LIMIT:
                return None, at
    end = min(start, at + LIMIT)
    return Malformed("noise", buffer[at:end]), end


def _waiting(buffer: bytes, at: int, ended: bool) -> tuple[Malformed | None, int]:
    """A frame that is not all there; when the stream has ended, a whole one inside it counts."""
    if not ended:
        return None, at
    inner, _sure = _fitting(buffer, at + 1, len(buffer), ended)
    if inner < 0:
        return None, at
    return Malformed("cut_short", buffer[at:inner]), inner


def _torn(buffer: bytes, at: int, frame: Frame, ended: bool) -> tuple[Frame | Malformed | None, int]:
    """No ## where the length says: the frame was cut off by one that fits, or its end alone is wrong."""
    end = at + len(frame.raw)
    inner, sure = _fitting(buffer, at + 1, end, ended)
    if not sure:
        return None, at
    if inner >= 0:
        return Malformed("cut_short", buffer[at:inner]), inner
    return frame, end


def _fitting(buffer: bytes, first: int, last: int, ended: bool) -> tuple[int, bool]:
    """Where between `first` and `last` a frame begins whose length, checksum and end all fit; -1 for nowhere.

    The second value is False when a candidate is not all there yet, so that nobody can tell.
    """
    at = buffer.find(START, first, last + 1)
    while at >= 0:
        if len(buffer) - at < CONTROL:
            if not ended:
                return -1, False
        else:
            length = int.from_bytes(buffer[at + 24 : at + 26], "little")
            if length <= LONGEST_UNIT:
                raw = buffer[at : at + AROUND + length]
                if len(raw) < AROUND + length:
                    if not ended:
                        return -1, False
                elif raw.endswith(END) and raw[-3] == checksum(raw):
                    return at, True
        at = buffer.find(START, at + 1, last + 1)
    return -1, True


def _unfinished(raw: bytes) -> Malformed:
    """What is left of a stream: too long by its own header, else incomplete."""
    over = len(raw) >= CONTROL and int.from_bytes(raw[24:26], "little") > LONGEST_UNIT
    return Malformed("too_long" if over else "incomplete", raw)


def read_datagram(data: bytes) -> list[Frame | Malformed]:
    """The messages of one datagram."""
    reader = FrameReader()
    return reader.feed(data) + reader.close()
