"""Joins the parts of a long message. The set's key is terminal, message id and total, never arithmetic on serials.

Bounded: 512 parts a set (so half a MiB at most), 4 sets a terminal, 60 s a set. The first copy of a part stands. Pure: the caller
brings time and storage.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

MOST_SETS = 4
ASK_AFTER, ASK_TIMES, GIVEN_UP_AFTER = timedelta(seconds=10), 2, timedelta(seconds=60)
Key = tuple[str, int, int]
Outcome = Literal["kept", "again", "other_bytes", "too_many_sets", "whole"]


def digest(body: bytes) -> bytes:
    """Eight bytes that tell one copy of a part from another."""
    return hashlib.blake2b(body, digest_size=8).digest()


@dataclass(slots=True)
class Part:
    """One part: `body` is None where it lies in the store."""

    serial: int
    digest: bytes
    body: bytes | None = None


@dataclass(slots=True)
class PartSet:
    """The parts of one message that have come, by index."""

    total: int
    since: datetime | None = None
    parts: dict[int, Part] = field(default_factory=dict)

    @property
    def missing(self) -> list[int]:
        """The indexes that have not come."""
        return [index for index in range(1, self.total + 1) if index not in self.parts]

    @property
    def consecutive(self) -> bool:
        """Whether the serials follow one another in the order of the parts."""
        first = next(iter(self.parts.items()))
        return all((part.serial - index) % 65_536 == (first[1].serial - first[0]) % 65_536
                   for index, part in self.parts.items())  # fmt: skip

    def joined(self) -> bytes:
        """All bodies in order (each must be at hand)."""
        return b"".join(self.parts[index].body or b"" for index in sorted(self.parts))


@dataclass(slots=True)
class Sets:
    """The sets under way."""

    sets: dict[Key, PartSet] = field(default_factory=dict)

    def add(self, key: Key, index: int, serial: int, body: bytes, now: datetime | None = None) -> Outcome:
        """Take one part; after `whole` the set is complete, and the caller takes it out with `sets.pop`."""
        found = self.sets.get(key)
        if found is None:
            if sum(known[0] == key[0] for known in self.sets) >= MOST_SETS:
                return "too_many_sets"
            found = self.sets[key] = PartSet(key[2], now)
        known_part = found.parts.get(index)
        if known_part is not None:
            return "again" if known_part.digest == digest(body) else "other_bytes"
        found.parts[index] = Part(serial, digest(body), body)
        return "whole" if len(found.parts) == found.total else "kept"
