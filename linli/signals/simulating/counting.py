"""The sender counts: what was sent, acknowledged, refused, left unanswered. Kept outside the house, so it can judge it."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

LOG_IN = "login"
"""Under this is counted what carries nothing for the log."""


@dataclass(slots=True)
class Count:
    """Messages of one sort. `sent`: distinct ones; `resent`: the same bytes again; `again`: answers to what was
    answered before; `unasked`: no answer was due.

    As the house counts them (`Say.counts`): `signals` of all that was acknowledged, `refused_signals`, and
    `unasked_signals`; `unanswered_signals`: of copies that went out and got no answer (they may have arrived).
    """

    sent: int = 0
    resent: int = 0
    acknowledged: int = 0
    again: int = 0
    refused: int = 0
    unasked: int = 0
    unanswered: int = 0
    signals: int = 0
    refused_signals: int = 0
    unasked_signals: int = 0
    unanswered_signals: int = 0


class Latencies:
    """Seconds from the first sending of a message to its acknowledgement."""

    def __init__(self) -> None:
        self._seconds = array("f")

    def add(self, seconds: float) -> None:
        """One more."""
        self._seconds.append(seconds)

    def __len__(self) -> int:
        return len(self._seconds)

    def share(self, share: float) -> float | None:
        """The time within which so large a share (0–1) was answered; None without any."""
        if not self._seconds:
            return None
        ordered = sorted(self._seconds)
        return round(float(ordered[max(0, math.ceil(share * len(ordered)) - 1)]), 4)


class Tally:
    """Counts by sort, and of what is acknowledged the list itself (device, key)."""

    def __init__(self, *, keep_list: bool = False) -> None:
        self.counts: dict[str, Count] = defaultdict(Count)
        self.latencies: dict[str, Latencies] = defaultdict(Latencies)
        self.acknowledged: list[tuple[str, str, str]] | None = [] if keep_list else None
        self.held_back = self.connected = self.cut = self.failed = self.stray = 0

    def total(self, name: str, *, logins: bool = False) -> int:
        """The sum of one field of `Count` over all sorts (log-ins only when asked)."""
        return sum(getattr(count, name) for what, count in self.counts.items() if logins or what != LOG_IN)

    def report(self) -> dict[str, Any]:
        """Everything as JSON takes it."""
        return {
            "by_what": {
                what: asdict(count)
                | {"p50_s": self.latencies[what].share(0.5), "p99_s": self.latencies[what].share(0.99)}
                for what, count in sorted(self.counts.items())
            },
            "total": {name: self.total(name) for name in Count.__dataclass_fields__},
            "held_back": self.held_back,
            "lines": {"opened": self.connected, "cut": self.cut, "failed": self.failed},
            "stray_answers": self.stray,
        }
