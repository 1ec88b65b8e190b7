"""Who may send how much: a token bucket for each address, and a small one of its own for each account's alarms."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a gateway bears. Seconds, messages and connections."""

    per_address: float = 50.0
    burst: float = 100.0
    alarms_per_account: float = 1.0
    per_sender: float = 20.0
    connections: int = 2_000
    connections_per_address: int = 256
    inside_a_frame: float = 15.0
    between_frames: float = 300.0
    messages_under_way: int = 64


def limits_of(environment: Mapping[str, str]) -> Limits:
    """LINLI_GATEWAY_FRAMES_PER_SECOND (50) and LINLI_GATEWAY_CONNECTIONS_PER_ADDRESS (256): more where many senders
    come through one address, such as a cloud receiver or a TLS proxy; LINLI_GATEWAY_CONNECTIONS (2,000) in all."""
    usual = Limits()
    rate = float(environment.get("LINLI_GATEWAY_FRAMES_PER_SECOND", usual.per_address))
    return Limits(
        per_address=rate,
        burst=2 * rate,
        per_sender=rate * usual.per_sender / usual.per_address,
        connections=int(environment.get("LINLI_GATEWAY_CONNECTIONS", usual.connections)),
        connections_per_address=int(
            environment.get("LINLI_GATEWAY_CONNECTIONS_PER_ADDRESS", usual.connections_per_address)
        ),
    )


class Buckets:
    """Token buckets by key. `wait` takes a token if there is one; keys whose bucket is full again are forgotten."""

    def __init__(self, rate: float, burst: float, most: int = 20_000) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._left: dict[Hashable, tuple[float, float]] = {}

    def wait(self, key: Hashable, now: float) -> float:
        """0 when a token was taken, else the seconds until there will be one. `now`: a monotonic clock."""
        tokens, at = self._left.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._rate)
        if tokens < 1:
            self._left[key] = (tokens, now)
            return (1 - tokens) / self._rate
        self._left[key] = (tokens - 1, now)
        if len(self._left) > self._most:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Full buckets say nothing; if all are in use the oldest half goes (it is refilled: never too strict)."""
        full = [key for key, (tokens, at) in self._left.items() if tokens + (now - at) * self._rate >= self._burst]
        for key in full or list(self._left)[: self._most // 2]:
            del self._left[key]


class Admission:
    """The address's bucket, and beside it the account's own for alarms that must not wait for others' noise."""

    def __init__(self, limits: Limits) -> None:
        self._addresses = Buckets(limits.per_address, limits.burst)
        self._alarms = Buckets(limits.alarms_per_account, 1.0)
        self._senders = Buckets(limits.per_sender, 2 * limits.per_sender)

    def wait(self, address: str, alarm_of: str | None, now: float) -> float:
        """Seconds until the message may pass; 0: now. `alarm_of`: the registered account whose alarm it may be."""
        delay = self._addresses.wait(address, now)
        if delay and alarm_of is not None:
            return min(delay, self._alarms.wait(alarm_of, now))
        return delay

    def wait_of(self, sender: str, now: float) -> float:
        """The same for a sender that has proved to be on its own line: it shares nobody's bucket."""
        return self._senders.wait(sender, now)
