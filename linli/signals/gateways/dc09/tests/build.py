"""Frames for the tests: built by hand from the layout of the standard, not by the code under test's own encoder."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from linli.signals.gateways.dc09.decode import Decoded, decode
from linli.signals.gateways.dc09.frames import Frame, read_datagram

NOW = datetime(2026, 8, 25, 2, 3, 5, tzinfo=UTC)
STAMP = "_02:03:04,08-25-2026"
KEY = "3A1F6B8C9D4E7F20123456789ABCDEF0"


def slow_crc(body: bytes) -> int:
    """CRC-16/ARC bit by bit, as DC-07 draws it."""
    value = 0
    for byte in body:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


def wrapped(body: str | bytes, *, crc: bytes | None = None, length: bytes | None = None) -> bytes:
    """LF … CR around a body; `crc` and `length` put in what a hostile or odd sender writes."""
    raw = body.encode("latin-1") if isinstance(body, str) else body
    head = crc if crc is not None else b"%04X" % slow_crc(raw)
    return b"\n" + head + (length if length is not None else b"%04X" % len(raw)) + raw + b"\r"


def encrypted(plain: str | bytes, key: bytes = bytes.fromhex(KEY), *, pad: bytes | None = None) -> str:
    """Hex cipher text of pad + plain (`|data]…` or `]…`); the pad given is used as it is."""
    raw = plain.encode("latin-1") if isinstance(plain, str) else plain
    pad = b"0" * (16 + -len(raw) % 16) if pad is None else pad
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return (encryptor.update(pad + raw) + encryptor.finalize()).hex().upper()


def one(raw: bytes) -> Frame:
    """The only frame in these bytes."""
    (frame,) = read_datagram(raw)
    assert isinstance(frame, Frame), frame
    return frame


def read(body: str | bytes, **arguments) -> Decoded:
    """A well-wrapped body, decoded at NOW."""
    return decode(one(wrapped(body)), now=NOW, **arguments)
