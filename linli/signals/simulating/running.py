"""Runs a fleet: opens the lines, paces them, sends again what is not answered, counts."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.base import clock
from linli.signals.simulating.book import Book
from linli.signals.simulating.counting import Tally
from linli.signals.simulating.device import Fleet, Transport, What
from linli.signals.simulating.lines import Line
from linli.signals.simulating.moods import Moods
from linli.signals.simulating.pacing import MIX, Mix, Pace, Step

TICK = 0.01
AT_ONCE = 500
"""Messages between two looks at the sockets."""
LONGEST_WAIT = 10.0
"""Seconds between two tries to open a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate. `window`: messages a device may have unanswered; `bad`, `repeat`: shares from 0 to 1.

    `most`: so many messages as fast as they are answered, whatever `steps` say (they then bound the time alone).
    """

    protocol: str
    host: str
    port: int
    transport: Transport
    devices: int
    steps: Sequence[Step]
    mix: Mapping[str, float] = field(default_factory=lambda: dict(MIX))
    bad: float = 0.0
    repeat: float = 0.0
    window: int = 8
    seed: int = 341700
    again_after: float = 5.0
    tries: int = 4
    opened_a_second: float = 500.0
    chunks: bool = False
    slow: int = 0
    flood: float = 0.0
    most: int | None = None
    keep_list: bool = False
    patience: float = 30.0


class Run:
    """One run of one fleet."""

    def __init__(self, plan: Plan, fleet: Fleet) -> None:
        self.plan, self.tally = plan, Tally(keep_list=plan.keep_list)
        self._pace = Pace(plan.steps)
        self._chance = random.Random(f"{plan.seed}/{plan.protocol}")
        self._mix = Mix(random.Random(f"{plan.seed}/{plan.protocol}/mix"), plan.mix, plan.bad)
        self.lines = [self._line(fleet, number) for number in range(plan.devices)]
        self._turn = 0
        self._left = plan.most or 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = self._cpu = 0.0
        self.elapsed = 0.0

    def _line(self, fleet: Fleet, number: int) -> Line:
        plan = self.plan
        device = fleet.device(number, random.Random(f"{plan.seed}/{plan.protocol}/{number}"))
        book = Book(self.tally, device.identity, again_after=plan.again_after, tries=plan.tries)
        chunks = random.Random(f"{plan.seed}/chunks/{number}") if plan.chunks else None
        return Line(device, book, self.tally, self._open_again, clock.now, chunks=chunks)

    async def go(self, progress: Callable[[Run], None] | None = None) -> dict[str, Any]:
        """Run to the end of the plan; the report. Raises OSError when nobody answers at all."""
        loop, plan = asyncio.get_running_loop(), self.plan
        self._cpu = _cpu()
        moods = Moods(plan, self.lines[0].device if self.lines else None)
        await self._open(self.lines[0])  # nobody there: say so at once
        opening = self._spawn(self._open_all(self.lines[1:]))
        self._began, shown = loop.time(), 0.0
        swept = self._began
        await moods.start()
        while (elapsed := loop.time() - self._began) < self._pace.seconds and not self._done:
            self.elapsed = elapsed
            if plan.most is None:
                self.tally.held_back += self._send(self._pace.due(elapsed))
            else:
                ahead = min(self._left, AT_ONCE)
                self._left -= ahead - self._send(ahead)
            if loop.time() - swept >= 1.0:
                swept = loop.time()
                for line in self.lines:
                    line.say_again()
            if progress and elapsed - shown >= 5.0:
                shown = elapsed
                progress(self)
            await asyncio.sleep(TICK)
        self.elapsed = loop.time() - self._began
        opening.cancel()
        await moods.stop()
        await self._settle()
        await self._close()
        return self.report()

    @property
    def _done(self) -> bool:
        return self.plan.most is not None and not self._left

    def _send(self, count: int) -> int:
        """So many messages from the next free devices; how many found none."""
        lines, plan = self.lines, self.plan
        looked, now = 0, clock.now()
        while count and looked < len(lines):
            line = lines[self._turn]
            self._turn = (self._turn + 1) % len(lines)
            if not line.free(plan.window):
                looked += 1
                continue
            looked = 0
            if plan.repeat and self._chance.random() < plan.repeat:
                line.repeat()
            what: What = self._mix.draw()  # type: ignore[assignment]
            line.say(line.device.tell(what, now) or line.device.tell("routine", now))
            count -= 1
        return count

    async def _open_all(self, lines: Sequence[Line]) -> None:
        for place, line in enumerate(lines):
            self._spawn(self._try_to_open(line))
            if place % 50 == 49:
                await asyncio.sleep(50 / self.plan.opened_a_second)

    async def _open(self, line: Line) -> None:
        loop, plan = asyncio.get_running_loop(), self.plan
        if plan.transport == "udp":
            await loop.create_datagram_endpoint(lambda: line, remote_addr=(plan.host, plan.port))
        else:
            await loop.create_connection(lambda: line, plan.host, plan.port)

    async def _try_to_open(self, line: Line, wait: float = 0.0) -> None:
        while not line.closing:
            await asyncio.sleep(wait)
            try:
                await self._open(line)
            except OSError:
                self.tally.failed += 1
                line.failures += 1
                wait = self._patience(line)
            else:
                return

    def _patience(self, line: Line) -> float:
        """Ever longer between tries, and not all at the same moment."""
        return min(LONGEST_WAIT, 0.25 * 2**line.failures) * (0.5 + self._chance.random() / 2)

    def _open_again(self, line: Line) -> None:
        self._spawn(self._try_to_open(line, self._patience(line)))

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _settle(self) -> None:
        """Wait for what is still unanswered, sending it again, until its tries are over."""
        until = time.monotonic() + self.plan.patience
        while self.open and time.monotonic() < until:
            for line in self.lines:
                line.say_again()
            await asyncio.sleep(0.1)

    async def _close(self) -> None:
        for line in self.lines:
            line.closing = True
            line.book.close()
            line.hang_up()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.sleep(0.05)

    @property
    def open(self) -> int:
        """Messages that wait for an answer."""
        return sum(len(line.book) for line in self.lines)

    def report(self) -> dict[str, Any]:
        """What was planned and what came of it."""
        plan = self.plan
        return {
            "protocol": plan.protocol,
            "to": f"{plan.host}:{plan.port}/{plan.transport}",
            "devices": plan.devices,
            "seed": plan.seed,
            "seconds": round(self.elapsed, 2),
            "own_cpu_seconds": round(_cpu() - self._cpu, 2),
            **self.tally.report(),
        }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
