"""The receiver's answers (DC-09 5.5.3): ACK, *ACK, NAK, DUH. Sequence, R, L and #account go back byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.frames import crc

ReplyKind = Literal["ACK", "NAK", "DUH", "none"]


def wrap(body: bytes) -> bytes:
    """LF, CRC, length, body, CR; the body runs from the first quote."""
    return b"\n%04X0%03X%b\r" % (crc(body), len(body), body)


def stamp(moment: datetime) -> bytes:
    """`_HH:MM:SS,MM-DD-YYYY` of an aware moment in UTC."""
    return moment.strftime("_%H:%M:%S,%m-%d-%Y").encode()


def answer(kind: ReplyKind, echo: bytes, *, now: datetime, key: Key | None = None) -> bytes:
    """The bytes to send; empty for `none`. `echo`: the request from its sequence up to its `[`.

    `key` is given when the request was encrypted: then an ACK is too, with our time inside. NAK carries our
    time so that the panel can set its clock, and is never encrypted, like DUH.
    """
    if kind == "ACK":
        if key is None:
            return wrap(b'"ACK"%b[]' % echo)
        return wrap(b'"*ACK"%b[%b' % (echo, key.encrypt(b"]" + stamp(now), separator=False)))
    if kind == "NAK":
        return wrap(b'"NAK"0000R0L0A0[]' + stamp(now))
    return wrap(b'"DUH"%b[]' % echo) if kind == "DUH" else b""
