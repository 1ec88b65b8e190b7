"""What one device waits for: messages without an answer, when to send them again, and what was just answered. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from linli.signals.simulating.counting import LOG_IN, Tally
from linli.signals.simulating.device import Heard, Say

REMEMBERED = 64


@dataclass(slots=True)
class _Open:
    say: Say
    first: float
    last: float
    copies: int = 1
    tries: int = 1
    repeated: bool = False


class Book:
    """The open messages of one device; counts into the tally that all share."""

    def __init__(self, tally: Tally, identity: str, *, again_after: float = 5.0, tries: int = 4) -> None:
        self._tally, self._identity = tally, identity
        self._again_after, self._tries = again_after, tries
        self._open: dict[Hashable, _Open] = {}
        self._answered: OrderedDict[Hashable, Say] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def sent(self, say: Say, now: float) -> None:
        """`say` goes out for the first time."""
        count = self._tally.counts[_sort(say)]
        count.sent += 1
        if say.key is None:
            count.unasked += 1
            count.unasked_signals += say.counts
            return
        replaced = self._open.get(say.key)
        if replaced:
            self._give_up(replaced)
        self._answered.pop(say.key, None)
        self._open[say.key] = _Open(say, now, now)

    def heard(self, heard: Heard, now: float) -> None:
        """Settle what was answered."""
        for key in heard.acknowledged:
            self._settle(key, now, acknowledged=True)
        for key in heard.refused:
            self._settle(key, now, acknowledged=False)

    def _settle(self, key: Hashable, now: float, *, acknowledged: bool) -> None:
        tally, found = self._tally, self._open.pop(key, None)
        if found is None:
            self._settle_again(key)
            return
        if found.repeated:
            self._settle_again(key, of_copy=False)
            return
        sort = _sort(found.say)
        count = tally.counts[sort]
        count.unanswered_signals += (found.copies - 1) * found.say.counts
        if not acknowledged:
            count.refused += 1
            count.refused_signals += found.say.counts
            return
        self._answered[key] = found.say
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        count.acknowledged += 1
        count.signals += found.say.counts
        tally.latencies[sort].add(now - found.first)
        if tally.acknowledged is not None and found.say.counts:
            tally.acknowledged.append((self._identity, str(key), found.say.what))

    def _settle_again(self, key: Hashable, *, of_copy: bool = True) -> None:
        """An answer to a copy of what was answered already, or to nothing we know."""
        say = self._answered.get(key)
        if say is None:
            self._tally.stray += 1
            return
        count = self._tally.counts[_sort(say)]
        count.again += 1
        count.signals += say.counts
        if of_copy:
            count.unanswered_signals = max(0, count.unanswered_signals - say.counts)

    def due_again(self, now: float, *, all: bool = False) -> Iterator[bytes]:
        """The bytes to send again: unanswered for too long (the hopeless are let go), or `all`, after a new log-in."""
        for key, found in list(self._open.items()):
            if not all and now - found.last < self._again_after:
                continue
            if not all and found.tries > self._tries:
                del self._open[key]
                self._give_up(found)
                continue
            found.last = now
            found.copies += 1
            found.tries += not all
            self._tally.counts[_sort(found.say)].resent += 1
            yield found.say.data

    def cut(self) -> None:
        """The line is gone: log-ins under way are void, they will be said anew."""
        for key in [key for key, found in self._open.items() if not found.say.counts]:
            self._give_up(self._open.pop(key))

    def repetition(self, now: float) -> bytes | None:
        """The newest acknowledged message once more, as a sender does that missed the answer; None without any.

        Signs of life are not repeated: another of them is a new one.
        """
        for key, say in reversed(self._answered.items()):
            if say.counts and say.what != "heartbeat" and key not in self._open:
                self._open[key] = _Open(say, now, now, repeated=True)
                self._tally.counts[_sort(say)].resent += 1
                return say.data
        return None

    def close(self) -> None:
        """The end: what is still open was not answered."""
        for found in self._open.values():
            self._give_up(found)
        self._open.clear()

    def _give_up(self, found: _Open) -> None:
        count = self._tally.counts[_sort(found.say)]
        count.unanswered_signals += found.copies * found.say.counts
        if not found.repeated:  # then the message itself was answered
            count.unanswered += 1


def _sort(say: Say) -> str:
    return say.what if say.counts or say.what == "rubbish" else LOG_IN
