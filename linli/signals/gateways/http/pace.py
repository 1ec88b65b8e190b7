"""How fast a source, or an address that proved nothing, may go on: a token bucket for each."""

from __future__ import annotations

import math
from threading import Lock

MOST_KEYS = 10_000


class Pace:
    """Buckets by key, each holding a minute's worth and refilled evenly. One process; safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, per_minute: int, now: float) -> int:
        """0 when a token was taken at `now` (seconds), else the whole seconds until there will be one."""
        with self._lock:
            left, since = self._left.get(key, (float(per_minute), now))
            left = min(float(per_minute), left + max(0.0, now - since) * per_minute / 60)
            short = 1 - left
            if short <= 0:
                left -= 1
            self._left[key] = (left, now)
            if len(self._left) > MOST_KEYS:
                self._forget(now)
        return max(1, math.ceil(short * 60 / per_minute)) if short > 0 else 0

    def forget_all(self) -> None:
        """Every bucket full again."""
        with self._lock:
            self._left.clear()

    def _forget(self, now: float) -> None:
        """Buckets untouched for a minute are full again and need no memory; else the older half goes."""
        idle = [key for key, (_left, since) in self._left.items() if now - since >= 60]
        for key in idle or list(self._left)[: MOST_KEYS // 2]:
            del self._left[key]


sources = Pace()
addresses = Pace()
