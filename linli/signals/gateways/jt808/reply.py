"""What the platform sends (JT/T 808, chapter 8): replies and commands, in the edition of the terminal they go to."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.base.clock import LOCAL
from linli.signals.gateways.jt808.frames import Frame, checksum, escape

OK, FAILED, WRONG, UNSUPPORTED, CONFIRMED = range(5)
"""Results of the general reply."""
GENERAL, REGISTERED, RESEND, SERVER_TIME = 0x8001, 0x8100, 0x8003, 0x8004
PARAMETERS, LOCATE, TRACK, CONFIRM_ALARM, TEXT = 0x8103, 0x8201, 0x8202, 0x8203, 0x8300
NO_SUCH_VEHICLE, NO_SUCH_TERMINAL = 2, 4
"""Results of 0x8100 beside 0."""
LONGEST_BODY = 1_023
_HEARTBEAT_INTERVAL, _REPORT_INTERVAL = 0x0001, 0x0029


@dataclass(frozen=True, slots=True)
class Said:
    """How a terminal speaks: its phone bytes, and its version byte (None before 2019)."""

    phone: bytes
    version: int | None = None

    @classmethod
    def of(cls, frame: Frame) -> Said:
        """As `frame` does."""
        return cls(frame.phone, frame.version)


def pack(said: Said, message_id: int, body: bytes, serial: int) -> bytes:
    """A whole frame. Raises ValueError when the body is longer than one frame holds."""
    if len(body) > LONGEST_BODY:
        raise ValueError(f"{len(body)} bytes, at most {LONGEST_BODY} go into one frame")
    if said.version is None:
        head = struct.pack(">HH6sH", message_id, len(body), said.phone, serial)
    else:
        head = struct.pack(">HHB10sH", message_id, len(body) | 0x4000, said.version, said.phone, serial)
    data = head + body
    return escape(data + bytes((checksum(data),)))


def general(frame: Frame, result: int, serial: int) -> bytes:
    """0x8001 to `frame`."""
    return pack(Said.of(frame), GENERAL, struct.pack(">HHB", frame.serial, frame.message_id, result), serial)


def registered(frame: Frame, result: int, serial: int, code: str = "") -> bytes:
    """0x8100 to a registration; the code goes along only with result 0."""
    body = struct.pack(">HB", frame.serial, result) + (code.encode("gbk") if result == OK else b"")
    return pack(Said.of(frame), REGISTERED, body, serial)


def server_time(frame: Frame, now: datetime, serial: int) -> bytes:
    """0x8004 to a time query (2019): UTC, BCD YYMMDDhhmmss."""
    return pack(Said.of(frame), SERVER_TIME, bytes.fromhex(now.strftime("%y%m%d%H%M%S")), serial)


def resend(said: Said, first_serial: int, missing: Sequence[int], serial: int) -> bytes:
    """0x8003: the serial of the set's first part, and the indexes that are missing (255 at a time)."""
    asked = missing[:255]
    body = struct.pack(">HB", first_serial, len(asked)) + struct.pack(f">{len(asked)}H", *asked)
    return pack(said, RESEND, body, serial)


def locate(said: Said, serial: int) -> bytes:
    """0x8201: report where you are, now."""
    return pack(said, LOCATE, b"", serial)


def track(said: Said, seconds: int, for_seconds: int, serial: int) -> bytes:
    """0x8202: report every `seconds` for `for_seconds`; 0 ends it."""
    return pack(said, TRACK, struct.pack(">HI", seconds, for_seconds) if seconds else b"\x00\x00", serial)


def confirm_alarm(said: Said, alarm_serial: int, kinds: int, serial: int) -> bytes:
    """0x8203: a person has seen the alarm reported with `alarm_serial` (0 = all of these kinds)."""
    return pack(said, CONFIRM_ALARM, struct.pack(">HI", alarm_serial, kinds), serial)


def intervals(said: Said, serial: int, heartbeat: int | None = None, report: int | None = None) -> bytes:
    """0x8103 with heartbeat and report interval in seconds, nothing else."""
    told = [(_HEARTBEAT_INTERVAL, heartbeat), (_REPORT_INTERVAL, report)]
    rows = [struct.pack(">IBI", number, 4, seconds) for number, seconds in told if seconds is not None]
    return pack(said, PARAMETERS, bytes((len(rows),)) + b"".join(rows), serial)


def text(said: Said, words: str, serial: int, *, urgent: bool = False) -> bytes:
    """0x8300: show and read out `words` (GBK); 2019 adds the sort of text, 1 = notice."""
    flag = 0b1100 | urgent
    head = bytes((flag,)) if said.version is None else bytes((flag, 1))
    return pack(said, TEXT, head + words.encode("gbk", "replace"), serial)


def local_text(moment: datetime) -> str:
    """A moment as the protocol writes it: UTC+8, BCD digits YYMMDDhhmmss."""
    return moment.astimezone(LOCAL).strftime("%y%m%d%H%M%S")
