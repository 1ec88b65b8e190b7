"""Arrays in PostgreSQL's binary form, packed by hand: psycopg writes lists item by item in Python."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_long = struct.Struct("!iq").pack
_array = struct.Struct("!iiiii").pack
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Packed:
    """An array already in binary form, for a `%b` parameter."""

    def __init__(self, data: bytes) -> None:
        self.data = data


class Uuids(Packed):
    """uuid[]"""


class Moments(Packed):
    """timestamptz[]"""


class _UuidsDumper(Dumper):
    format = Format.BINARY
    oid = 2951

    def dump(self, obj: Any) -> bytes:
        return obj.data  # type: ignore[no-any-return]


class _MomentsDumper(_UuidsDumper):
    oid = 1185


def know(cursor: psycopg.Cursor[Any]) -> None:
    """Let `cursor` take Packed arrays."""
    cursor.adapters.register_dumper(Uuids, _UuidsDumper)
    cursor.adapters.register_dumper(Moments, _MomentsDumper)


def uuids(items: Sequence[bytes]) -> Uuids:
    """An array of uuids given as their 16 bytes."""
    return Uuids(_array(1, 0, 2950, len(items), 1) + b"".join([b"\x00\x00\x00\x10" + item for item in items]))


def moments(items: Sequence[datetime]) -> Moments:
    """An array of aware moments."""
    return Moments(_array(1, 0, 1184, len(items), 1) + b"".join([moment(item) for item in items]))


def moment(value: datetime) -> bytes:
    """An aware moment as an element of an array of timestamptz."""
    since = value - _EPOCH
    return _long(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
