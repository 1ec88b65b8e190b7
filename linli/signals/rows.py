"""A signal as one row of the log in COPY's binary form, packed by hand: half the price of packing column by column.

What many rows have in common (a sender's asset and area, a kind, a protocol) is packed once and remembered.
Source: PostgreSQL, COPY, "Binary Format"; timestamps count microseconds since 2000, ltree and jsonb begin with a
version byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

from linli.signals.kinds import POSITION
from linli.signals.packing import moment
from linli.signals.reading import Item

COLUMNS = (
    "log_id", "id", "retention", "protocol", "source", "sequence", "kind", "phase", "occurred_at", "received_at",
    "asset_id", "area_path", "lng", "lat", "values", "late", "deviations", "trust", "clock_skew_seconds", "raw",
    "fingerprint",
)  # fmt: skip
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_TEXT = 25
_head = struct.Struct("!hiqi").pack
_size = struct.Struct("!i").pack
_float = struct.Struct("!id").pack
_array = struct.Struct("!iiiiii").pack
_NO_ASSET = _NULL * 2
_NO_PLACE = _NULL * 2
_PROMPT_AND_PLAIN = b"\0\0\0\x01\0" + _size(12) + bytes(8) + _size(_TEXT)
"""Not late, without deviations."""


def copied(rows: Iterable[bytes]) -> bytes:
    """The packed rows as the whole of a binary COPY."""
    return b"".join([_BEGIN, *rows, _END])


def packed(item: Item, log_id: int) -> bytes:
    """The item as one row of the log, in the order of COLUMNS."""
    said, sender = item.envelope, item.sender
    sequence, raw, skew = said.sequence, said.raw, said.clock_skew_seconds
    received = moment(item.received_at)
    plain = not item.late and not item.deviations
    pieces = [
        _head(len(COLUMNS), 8, log_id, 16),
        item.id.bytes,
        _origin(item.retention, said.protocol, said.source),
        _NULL if sequence is None else _field(sequence.encode()),
        _kind(item.kind, said.phase),
        received if item.occurred_at is item.received_at else moment(item.occurred_at),
        received,
        _NO_ASSET if sender is None else sender.packed,
        _place(item),
        _size(len(item.values_json) + 1),
        b"\x01",
        item.values_json,
        _PROMPT_AND_PLAIN if plain else _late(item.late) + _texts(item.deviations),
        _word("unregistered" if sender is None else said.trust),
        _NULL if skew is None else _float(8, skew),
        _NULL if raw is None else _field(raw),
        b"\0\0\0\x10",
        item.fingerprint,
    ]
    return b"".join(pieces)


def _place(item: Item) -> bytes:
    if item.place is not None:
        return _float(8, item.place[0]) + _float(8, item.place[1])
    if item.sender is None or item.kind == POSITION:  # a vehicle without a fix is not where it is registered
        return _NO_PLACE
    return item.sender.packed_point


def _field(data: bytes) -> bytes:
    return _size(len(data)) + data


def _late(late: bool) -> bytes:
    return b"\0\0\0\x01\x01" if late else b"\0\0\0\x01\0"


def _texts(items: Sequence[str]) -> bytes:
    if not items:
        return _PROMPT_AND_PLAIN[5:]
    body = b"".join([_word(item) for item in items])
    return _array(20 + len(body), 1, 0, _TEXT, len(items), 1) + body


@lru_cache(maxsize=65_536)
def _origin(retention: str, protocol: str, source: str) -> bytes:
    return b"".join([_field(text.encode()) for text in (retention, protocol, source)])


@lru_cache(maxsize=4_096)
def _kind(kind: str, phase: str) -> bytes:
    return _field(kind.encode()) + _field(phase.encode())


@lru_cache(maxsize=1_024)
def _word(text: str) -> bytes:
    return _field(text.encode())
