"""Chance that is the same on every machine: a stream of its own for each thing, keys that fixtures may name."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime
from itertools import count
from uuid import UUID

from linli.base import clock
from linli.base.ids import uuid7_at


def digest(seed: int, kind: str, area: str, number: int) -> bytes:
    """The hash that one thing's chance is drawn from."""
    return hashlib.sha256(f"{seed}/{kind}/{area}/{number}".encode()).digest()


def stream(seed: int, kind: str, area: str, number: int) -> random.Random:
    """The random stream of one thing; adding a kind of thing changes no other."""
    return random.Random(int.from_bytes(digest(seed, kind, area, number)[:8], "big"))


def keys(seed: int, kind: str) -> Callable[[], UUID]:
    """A source of keys for rows that the rooms make themselves: the n-th of `kind`, made when the clock says."""
    numbers = count()
    return lambda: key(seed, kind, "", next(numbers), clock.now())


def key(seed: int, kind: str, area: str, number: int, made_at: datetime) -> UUID:
    """The uuid v7 of one thing: its time says when it was made, its 74 other bits come from the hash."""
    bits = int.from_bytes(digest(seed, f"{kind}#key", area, number)[:10], "big") >> 6
    return uuid7_at(made_at, bits)
