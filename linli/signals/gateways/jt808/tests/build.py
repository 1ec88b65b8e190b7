"""A terminal that builds frames by hand, for tests: its own code, so that the decoder is not asked about itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor

CHIZHOU = (117.4915, 30.6648)
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


def wrapped(data: bytes, check: int | None = None) -> bytes:
    """Checksum, escapes and markers, byte by byte as the standard says it."""
    data += bytes((reduce(xor, data, 0) if check is None else check,))
    escaped = b"".join({0x7E: b"\x7d\x02", 0x7D: b"\x7d\x01"}.get(byte, bytes((byte,))) for byte in data)
    return b"\x7e" + escaped + b"\x7e"


def item(number: int, value: bytes) -> bytes:
    """An additional item."""
    return bytes((number, len(value))) + value


def report(
    at: datetime | None = NOON,
    place=CHIZHOU,
    *,
    alarm: int = 0,
    status: int = 3,
    altitude: int = 20,
    speed: float = 0.0,
    course: int = 0,
    items: bytes = b"",
    time: bytes | None = None,
) -> bytes:
    """The body of a position report."""
    if time is None:
        time = bytes.fromhex((at + timedelta(hours=8)).strftime("%y%m%d%H%M%S")) if at else bytes(6)
    lng, lat = (round(abs(value) * 1e6) for value in place)
    head = struct.pack(">IIIIHHH", alarm, status, lat, lng, altitude, round(speed * 10), course)
    return head + time + items


@dataclass
class Handset:
    """One terminal: `phone` as digits, `version` the 2019 version byte or None."""

    phone: str = "13905660119"
    version: int | None = None
    serial: int = 0

    def header(self, message_id: int, size: int, *, flags: int = 0, serial: int | None = None) -> bytes:
        """Up to and including the serial."""
        if serial is None:
            serial, self.serial = self.serial, (self.serial + 1) % 65_536
        attributes = size | flags | (0x4000 if self.version is not None else 0)
        if self.version is None:
            return struct.pack(">HH6sH", message_id, attributes, bytes.fromhex(self.phone.zfill(12)), serial)
        phone = bytes.fromhex(self.phone.zfill(20))
        return struct.pack(">HHB10sH", message_id, attributes, self.version, phone, serial)

    def frame(self, message_id: int, body: bytes = b"", *, flags: int = 0, serial: int | None = None) -> bytes:
        """A whole frame."""
        return wrapped(self.header(message_id, len(body), flags=flags, serial=serial) + body)

    def part(self, message_id: int, body: bytes, total: int, index: int, serial: int | None = None) -> bytes:
        """One part of a longer message."""
        head = self.header(message_id, len(body), flags=0x2000, serial=serial)
        return wrapped(head + struct.pack(">HH", total, index) + body)

    def position(self, at=NOON, place=CHIZHOU, **fields) -> bytes:
        """0x0200."""
        return self.frame(0x0200, report(at, place, **fields))

    def batch(self, *reports: bytes, kind: int = 0, count: int | None = None) -> bytes:
        """0x0704."""
        return self.frame(0x0704, batch_body(*reports, kind=kind, count=count))

    def register(self, terminal: str = "7654321", plate: str = "皖R·T0119", maker: str = "70111") -> bytes:
        """0x0100 in the layout of its edition."""
        widths = (5, 20, 7) if self.version is None else (11, 30, 30)
        texts = (maker, "DEMO-1", terminal)
        fixed = b"".join(text.encode().ljust(width, b"\0") for text, width in zip(texts, widths, strict=True))
        return self.frame(0x0100, struct.pack(">HH", 34, 1702) + fixed + b"\x01" + plate.encode("gbk"))

    def authenticate(self, code: str) -> bytes:
        """0x0102 in the layout of its edition."""
        if self.version is None:
            return self.frame(0x0102, code.encode())
        body = bytes((len(code),)) + code.encode() + b"1" * 15 + b"demo 1.0".ljust(20, b"\0")
        return self.frame(0x0102, body)


def batch_body(*reports: bytes, kind: int = 0, count: int | None = None) -> bytes:
    """The body of a batch upload."""
    inner = b"".join(struct.pack(">H", len(one)) + one for one in reports)
    return struct.pack(">HB", len(reports) if count is None else count, kind) + inner
