"""Frame → message: what the terminal says, what is odd about it, and which result it gets. No clock, no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from linli.signals.gateways.jt808 import bodies
from linli.signals.gateways.jt808.bodies import Wrong
from linli.signals.gateways.jt808.frames import Frame
from linli.signals.gateways.jt808.position import SHORTEST, Position, read_position
from linli.signals.gateways.jt808.reply import GENERAL, OK, REGISTERED, SERVER_TIME, UNSUPPORTED, WRONG

REPLY, HEARTBEAT, DEREGISTER, TIME_QUERY = 0x0001, 0x0002, 0x0003, 0x0004
REGISTER, AUTHENTICATE, PARAMETERS, ATTRIBUTES = 0x0100, 0x0102, 0x0104, 0x0107
POSITION, POSITION_ANSWER, BATCH = 0x0200, 0x0201, 0x0704
RECORDER, DRIVER, COMPRESSED = 0x0700, 0x0702, 0x0901
DROPPED = frozenset({RECORDER, DRIVER, COMPRESSED})
"""Acknowledged, and their bodies kept nowhere: personal data nobody here needs, or bulk."""
NEVER_ANSWERED = 0
MOST_PARTS = 512
LATE_BATCH = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """0x0704: positions kept on the device. `kind`: 0 ordinary, 1 from a blind area; `count` is what it promised."""

    count: int
    kind: int
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class PositionAnswer:
    """0x0201: the position we asked for with our `serial`."""

    serial: int
    position: Position


@dataclass(slots=True)
class Message:
    """A frame as understood. `refused`: why it is not (`encrypted`, `unsupported`, `fragment`, `wrong_body`).

    `reply`: id of the message it is answered with, 0 = never answered; `result` goes into it.
    """

    frame: Frame
    body: Any = None
    deviations: list[str] = field(default_factory=list)
    refused: str = ""
    reply: int = GENERAL
    result: int = OK

    @property
    def positions(self) -> tuple[Position, ...]:
        """The position reports inside."""
        if isinstance(self.body, Position):
            return (self.body,)
        if isinstance(self.body, PositionAnswer):
            return (self.body.position,)
        return self.body.positions if isinstance(self.body, Batch) else ()


def identity(phone: bytes) -> str:
    """The name of a terminal: its digits without leading zeros, the same in every edition; the bytes as 12 or 20
    hexadecimal digits when they are not BCD; empty for a phone of zeros."""
    digits = phone.hex()
    return digits.lstrip("0") if digits.isdecimal() else digits


def decode(frame: Frame) -> Message:
    """What a frame with right checksum and length says. A part of a longer message is only looked at from outside."""
    message = Message(frame)
    digits = frame.phone.hex()
    if not digits.isdecimal():
        message.deviations.append("phone_not_bcd")
    elif not digits.strip("0"):
        message.deviations.append("phone_all_zero")
    if frame.attributes & 0x1C00:
        return _refuse(message, "encrypted", UNSUPPORTED)
    if frame.total is not None:
        return _part(message)
    return read_body(message)


def read_body(message: Message) -> Message:
    """Read the body of a whole message into it."""
    frame = message.frame
    reader = _READERS.get(frame.message_id)
    if reader is None:
        if frame.message_id & 0x8000:
            message.reply = NEVER_ANSWERED
            message.refused = "from_platform"
            return message
        return _refuse(message, "unsupported", UNSUPPORTED)
    try:
        reader(message)
    except Wrong:
        return _refuse(message, "wrong_body", WRONG)
    return message


def joined(message: Message, body: bytes) -> Message:
    """The whole message of which `message` was the last part to come; its frame is that part with the joined body."""
    frame = replace(message.frame, body=body, total=None, index=None)
    return read_body(Message(frame, deviations=list(message.deviations)))


def _refuse(message: Message, reason: str, result: int) -> Message:
    message.refused, message.result = reason, result
    if message.frame.message_id == REPLY or message.frame.message_id & 0x8000:
        message.reply = NEVER_ANSWERED
    return message


def _part(message: Message) -> Message:
    """Whether a set of parts may be as it says: indexes count from 1, so many parts at most."""
    frame = message.frame
    total, index = frame.total or 0, frame.index or 0
    if not 1 <= index <= total:
        message.refused, message.reply = "fragment_index", NEVER_ANSWERED
    elif total > MOST_PARTS:
        return _refuse(message, "fragment_total", WRONG)
    return message


def _general_reply(message: Message) -> None:
    message.reply = NEVER_ANSWERED
    message.body = bodies.general_reply(message.frame.body)


def _time_query(message: Message) -> None:
    message.reply = SERVER_TIME


def _registration(message: Message) -> None:
    frame = message.frame
    message.body = bodies.registration(frame.body, frame.version is not None)
    message.deviations += message.body.deviations
    message.reply = REGISTERED


def _authentication(message: Message) -> None:
    frame = message.frame
    message.body = bodies.authentication(frame.body, frame.version is not None)
    message.deviations += message.body.deviations


def _parameters(message: Message) -> None:
    message.body = bodies.parameters(message.frame.body)


def _attributes(message: Message) -> None:
    frame = message.frame
    message.body = bodies.attributes(frame.body, frame.version is not None)


def _position(message: Message) -> None:
    body = message.frame.body
    if len(body) < SHORTEST:
        raise Wrong("position")
    found = message.body = read_position(body)
    if found.deviations:
        message.deviations += found.deviations


def _answer(message: Message) -> None:
    body = message.frame.body
    if len(body) < SHORTEST + 2:
        raise Wrong("position answer")
    found = read_position(body, 2)
    message.body = PositionAnswer(body[0] << 8 | body[1], found)
    message.deviations += found.deviations


def _batch(message: Message) -> None:
    """What is whole is kept; a count that does not fit, or a torn item, is a deviation."""
    body = message.frame.body
    size = len(body)
    if size < 3:
        raise Wrong("batch")
    count, at, seen = body[0] << 8 | body[1], 3, 0
    found: list[Position] = []
    while at + 2 <= size:
        start, at = at + 2, at + 2 + (body[at] << 8 | body[at + 1])
        if at > size:
            message.deviations.append("batch_item_torn")
            break
        seen += 1
        if at - start < SHORTEST:
            message.deviations.append("batch_item_short")
        else:
            found.append(read_position(body, start, at))
    if seen != count:
        message.deviations.append("batch_count_mismatch")
    message.deviations += dict.fromkeys(name for position in found for name in position.deviations)
    message.body = Batch(count, body[2], tuple(found))


def _nothing(message: Message) -> None:
    """A message without a body that matters."""


_READERS: dict[int, Callable[[Message], None]] = {
    REPLY: _general_reply,
    HEARTBEAT: _nothing,
    DEREGISTER: _nothing,
    TIME_QUERY: _time_query,
    REGISTER: _registration,
    AUTHENTICATE: _authentication,
    PARAMETERS: _parameters,
    ATTRIBUTES: _attributes,
    POSITION: _position,
    POSITION_ANSWER: _answer,
    BATCH: _batch,
    **dict.fromkeys(DROPPED, _nothing),
}
