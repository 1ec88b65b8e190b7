"""The ill-behaved beside the fleet: connections that trickle a byte a second, and connections opened by the hundred."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from linli.base import clock
from linli.signals.simulating.device import Device

if TYPE_CHECKING:
    from linli.signals.simulating.running import Plan

TRICKLE = 1.0
"""Seconds between two bytes of a slow connection."""


class Moods:
    """`plan.slow` connections that never finish a message, `plan.flood` connections a second that say nothing."""

    def __init__(self, plan: Plan, device: Device | None) -> None:
        self._plan = plan
        self._said = b""
        if device is not None:
            said = [*device.hello(clock.now())] or [*device.tell("rubbish", clock.now())]
            self._said = said[0].data[:-1] if said else b""
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; TCP only, a datagram is whole or nothing."""
        if self._plan.transport != "tcp":
            return
        self._tasks = [asyncio.create_task(self._trickle()) for _ in range(self._plan.slow)]
        if self._plan.flood:
            self._tasks.append(asyncio.create_task(self._flood()))

    async def stop(self) -> None:
        """End all of it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _trickle(self) -> None:
        """The beginning of a message, a byte at a time; again when the receiver has had enough."""
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(self._plan.host, self._plan.port)
                for byte in self._said * 1000:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(TRICKLE)
                writer.close()
            await asyncio.sleep(TRICKLE)

    async def _flood(self) -> None:
        """Open, say nothing, hold for ten seconds."""
        held: set[asyncio.Task[None]] = set()
        try:
            while True:
                task = asyncio.create_task(self._hold())
                held.add(task)
                task.add_done_callback(held.discard)
                await asyncio.sleep(1 / self._plan.flood)
        finally:
            for task in held:
                task.cancel()

    async def _hold(self) -> None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(self._plan.host, self._plan.port)
            await asyncio.sleep(10)
            writer.close()
