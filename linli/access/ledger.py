"""The ledger: one append-only hash chain for each responsible department, without gaps.

hash(n) = SHA-256( hash(n-1) ‖ n as 8 bytes, big-endian ‖ entry(n) as UTF-8 ), hash(0) = 32 zero bytes. The database
function `access_record` numbers, hashes and stores; the same call grants the transaction its look at the subjects.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from linli.accounts.actor import Actor

GATE = "gate"
HOUSE = "house"
ZERO = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a line stands: department and number, written as `department:number`."""

    chain: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.chain}:{self.sequence}"


@dataclass(frozen=True, slots=True)
class Line:
    """One stored line, as `examine` needs it."""

    sequence: int
    entry: str
    previous: bytes
    hash: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a chain. `kind`: changed, removed, inserted, reordered, cut."""

    chain: str
    sequence: int
    kind: str

    def __str__(self) -> str:
        return f"{self.chain}:{self.sequence} {self.kind}"


def pseudonym(subject: UUID) -> str:
    """The keyed hash (HMAC-SHA-256) under which a subject stands on the ledger; the key is held apart from it."""
    return hmac.new(settings.SECRETS["ledger_pseudonym"].encode(), subject.bytes, hashlib.sha256).hexdigest()


def chain_of(actor: Actor) -> str:
    """The chain of the actor's department: its body, or the house's own."""
    return str(actor.body) if actor.body else HOUSE


def canonical(fields: dict[str, Any]) -> str:
    """The entry as it is hashed: JSON, keys sorted, no spaces, Chinese as it is."""
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def instant(moment: datetime) -> str:
    """A time on the ledger: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(previous: bytes, sequence: int, entry: str) -> bytes:
    """The hash of a line."""
    return hashlib.sha256(previous + sequence.to_bytes(8, "big") + entry.encode()).digest()


def record(
    chain: str, entries: Sequence[dict[str, Any]], granted: Sequence[UUID | None], *, writing: bool = False
) -> list[Entry]:
    """Write lines and, in the same call, let this transaction of the gate touch the subjects in `granted`.

    `granted[i]` belongs to `entries[i]`; None = the line grants nothing. `writing` lets it change them too.
    Must run inside a transaction of the gate, or the grant would end before the read.
    """
    connection = connections[GATE]
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger line needs the transaction of the read")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT access_record(%s, %s::text[], %s::uuid[], %s)",
            [chain, [canonical(entry) for entry in entries], list(granted), writing],
        )
        last = cursor.fetchone()[0]
    return [Entry(chain, last - len(entries) + 1 + place) for place in range(len(entries))]


def verify(chain: str | None = None) -> list[Fault]:
    """Recompute the ledger, or one chain of it, in one snapshot; what was tampered with, empty when nothing was."""
    with connections[GATE].chunked_cursor() as cursor:
        return list(faults_in(cursor, chain))


def faults_in(cursor: Any, chain: str | None = None) -> Iterator[Fault]:
    """The same through a cursor of the caller (any login that sees the whole ledger)."""
    cursor.execute(
        "SELECT COALESCE(l.chain, c.key), c.sequence, c.head, l.sequence, l.entry, l.previous, l.hash, l.at"
        " FROM access_ledger l FULL JOIN access_chain c ON c.key = l.chain"
        " WHERE %s::text IS NULL OR COALESCE(l.chain, c.key) = %s ORDER BY 1, 4, l.id",
        [chain, chain],
    )
    for key, last, head, lines in _by_chain(cursor):
        yield from examine(key, lines, last, head)


def root(heads: Iterable[tuple[str, int, bytes | memoryview]]) -> str:
    """One hash (hexadecimal) for the whole ledger: SHA-256 over (key ‖ 0 ‖ sequence as 8 bytes ‖ head) of each chain.

    `heads`: (key, last sequence, head) of every chain; they are taken in the order of their keys' code points.
    """
    whole = hashlib.sha256()
    for key, sequence, head in sorted(heads, key=lambda head: head[0]):
        whole.update(key.encode() + b"\0" + sequence.to_bytes(8, "big") + bytes(head))
    return whole.hexdigest()


def _by_chain(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, int, bytes, list[Line]]]:
    from itertools import groupby

    for key, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        lines = [Line(row[3], row[4], bytes(row[5]), bytes(row[6]), row[7]) for row in members if row[3] is not None]
        yield key, members[0][1] or 0, bytes(members[0][2] or ZERO), lines


def examine(chain: str, lines: Iterable[Line], last: int, head: bytes) -> Iterator[Fault]:
    """What is wrong with one chain whose head says `last` lines and hash `head`; pure, for anybody's copy."""
    expected, before = 1, ZERO
    for line in lines:
        kind = _wrong(line, expected, before)
        if kind:
            yield Fault(chain, line.sequence, kind)
        expected, before = max(expected, line.sequence + 1), line.hash
    if expected - 1 != last or before != head:
        yield Fault(chain, last, "cut")


def _wrong(line: Line, expected: int, before: bytes) -> str:
    if line.sequence > expected:
        return "removed"
    if line.sequence < expected:
        return "inserted"
    if digest(line.previous, line.sequence, line.entry) != line.hash or not _told_by_entry(line):
        return "changed"
    return "" if line.previous == before else "reordered"


def _told_by_entry(line: Line) -> bool:
    """Whether the time beside the entry is the one inside it."""
    try:
        return json.loads(line.entry)["at"] == instant(line.at)
    except (ValueError, KeyError, TypeError):
        return False
