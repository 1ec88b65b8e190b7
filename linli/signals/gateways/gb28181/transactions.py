"""SIP transactions without INVITE (RFC 3261 §17): ours are repeated until answered, answered ones are remembered."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from linli.signals.gateways.gb28181.sip import Message
from linli.signals.gateways.rim import Way

T1, T2 = 0.5, 4.0
LASTS = 64 * T1
MOST_REMEMBERED = 60_000
Then = Callable[[Message | None], None]


@dataclass(slots=True)
class Pending:
    """A request of ours under way. `then` gets the final response, or None when none came in 32 s."""

    way: Way
    data: bytes
    then: Then
    ends: float
    again: float
    wait: float
    over_udp: bool


class Requests:
    """Our requests under way, by branch."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._order: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._pending)

    def begin(self, branch: str, way: Way, data: bytes, then: Then, now: float, *, over_udp: bool) -> None:
        """A request that was just sent over `way` at `now` (monotonic seconds)."""
        again = now + T1 if over_udp else now + LASTS
        self._pending[branch] = Pending(way, data, then, now + LASTS, again, T1, over_udp)
        heapq.heappush(self._order, (again, branch))

    def answered(self, response: Message) -> bool:
        """Take a response; False when it answers nothing of ours. Provisional ones end nothing."""
        pending = self._pending.get(response.via.branch)
        if pending is None:
            return False
        if response.status >= 200:
            del self._pending[response.via.branch]
            pending.then(response)
        return True

    def due(self, now: float) -> list[tuple[Way, bytes]]:
        """What is to be sent again now (timer E); what has waited 32 s (timer F) is told so."""
        again = []
        while self._order and self._order[0][0] <= now:
            _at, branch = heapq.heappop(self._order)
            pending = self._pending.get(branch)
            if pending is None:
                continue
            if now >= pending.ends or not pending.way.alive:
                del self._pending[branch]
                pending.then(None)
                continue
            again.append((pending.way, pending.data))
            pending.wait = min(2 * pending.wait, T2)
            pending.again = min(now + pending.wait, pending.ends)
            heapq.heappush(self._order, (pending.again, branch))
        return again


Key = tuple[str, int, str, int, str, str]


def key_of(request: Message, way: Way | None) -> Key:
    """What a repetition of a request has in common with it; branches without the cookie are only one part of it."""
    number, method = request.cseq
    host, port = (way.host, way.port) if way else ("", 0)
    return host, port, method, number, request.call_id, request.via.branch


class Replies:
    """Answers of the last 32 s (timer J): a repetition gets the same one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, tuple[float, bytes]] = OrderedDict()

    def find(self, key: Key, now: float) -> bytes | None:
        """The answer already given; None when there is none."""
        found = self._kept.get(key)
        return found[1] if found and found[0] > now else None

    def keep(self, key: Key, data: bytes, now: float) -> None:
        """Remember an answer."""
        self._kept[key] = (now + LASTS, data)
        self._kept.move_to_end(key)
        while self._kept and (len(self._kept) > MOST_REMEMBERED or next(iter(self._kept.values()))[0] <= now):
            self._kept.popitem(last=False)
