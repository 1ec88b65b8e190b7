"""When the next message is due, and of what sort. Pure: time is a number of seconds that the caller gives."""

from __future__ import annotations

import itertools
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIX: Mapping[str, float] = {"heartbeat": 60, "routine": 30, "alarm": 6, "restore": 4}
"""Of a hundred messages of an ordinary day. The rate of real alarms is far lower; a simulation is to see some."""


@dataclass(frozen=True, slots=True)
class Step:
    """So many messages a second for so many seconds."""

    seconds: float
    rate: float


class Pace:
    """How many messages are due by a moment, over steps of different rates. Never less than before."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        self.seconds = sum(step.seconds for step in steps)
        self._given = 0

    def total(self, elapsed: float) -> float:
        """Messages that should have gone out `elapsed` seconds after the start."""
        left, total = max(0.0, elapsed), 0.0
        for step in self._steps:
            total += min(left, step.seconds) * step.rate
            left -= step.seconds
            if left <= 0:
                break
        return total

    def due(self, elapsed: float) -> int:
        """How many to send now; what is given counts as sent."""
        count = max(0, int(self.total(elapsed) + 1e-9) - self._given)
        self._given += count
        return count


class Mix:
    """Draws the sort of the next message by weight; `bad` of all are rubbish (0–1)."""

    def __init__(self, chance: random.Random, weights: Mapping[str, float] = MIX, bad: float = 0.0) -> None:
        self._chance, self._bad = chance, bad
        self._whats = tuple(weights)
        self._sums = tuple(itertools.accumulate(weights.values()))

    def draw(self) -> str:
        """The next one."""
        if self._bad and self._chance.random() < self._bad:
            return "rubbish"
        return self._whats[bisect(self._sums, self._chance.random() * self._sums[-1])]


def read_mix(text: str) -> dict[str, float]:
    """`heartbeat=60,routine=30,alarm=10` as weights. Raises ValueError with a sentence."""
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, _equals, weight = part.strip().partition("=")
        if name not in MIX:
            raise ValueError(f"«{name}» is none of {', '.join(MIX)}")
        weights[name] = float(weight)
    if min(weights.values()) < 0 or not sum(weights.values()):
        raise ValueError("weights are positive numbers")
    return weights
