"""A supervised group of processes: started together, restarted when one falls, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

GRACE = 8.0
ASK_EVERY = 3.0
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """One process of the group: its name, the `linli` sub-command it runs, and how often it fell.

    `wanted`: asked every few seconds whether it is to be started at all; None = at once.
    """

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started: float = 0.0
    again_at: float = 0.0
    wanted: Callable[[], bool] | None = None

    def start(self) -> None:
        """Start it in the group's session; it dies with its parent (Linux), so no orphan keeps a port."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "linli.site.cli", *self.command],
            env=os.environ | self.environment,
            preexec_fn=_die_with_parent,
            stdin=subprocess.DEVNULL,
        )


def _die_with_parent() -> None:
    """Ctrl-C is for the supervisor, which then ends its children in order; SIGTERM comes if it dies."""
    os.setpgrp()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


def pause_after(falls: int) -> float:
    """Seconds until what has fallen so often starts again: 1, 2, 4 … 30."""
    return float(min(30, 2 ** (falls - 1)))


@dataclass
class Keeper:
    """Keeps something at work that is no child: looked at again and again, started when it has fallen.

    `start()` raises one of `faults` when it could not; then again, a little later.
    """

    name: str
    works: Callable[[], object]
    start: Callable[[], object]
    faults: type[Exception] | tuple[type[Exception], ...] = OSError
    falls: int = 0
    again_at: float = 0.0

    def tend(self) -> None:
        """Start it if it does not work, unless its pause lasts."""
        if time.monotonic() < self.again_at or self.works():
            return
        print(f"{self.name} has fallen; it is started again", flush=True)
        try:
            self.start()
        except self.faults as fault:
            self.falls += 1
            self.again_at = time.monotonic() + pause_after(self.falls)
            print(f"{fault}\n{self.name} is tried again in {pause_after(self.falls):.0f} s", flush=True)
        else:
            self.falls = 0


class Group:
    """Keeps its children, and what they stand on, alive until it is told to stop."""

    def __init__(self, children: list[Child], keepers: Sequence[Keeper] = ()) -> None:
        self.children = children
        self.keepers = keepers
        self.stopping = False

    def start(self) -> None:
        """Start every child that is wanted."""
        for child in self.children:
            if child.wanted is None:
                child.start()

    def watch(self) -> None:
        """Return when SIGINT or SIGTERM came; until then restart what falls, after 1, 2, 4 … 30 seconds."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_asked)
        while not self.stopping:
            for keeper in self.keepers:
                keeper.tend()
            for child in self.children:
                self._tend(child)
            time.sleep(0.2)

    def stop(self) -> None:
        """End all children: SIGTERM, then SIGKILL for what is still there after the grace."""
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop_asked(self, number: int, frame: object) -> None:
        self.stopping = True

    def _tend(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is None:
            return
        now = time.monotonic()
        if child.process is not None:
            code = child.process.returncode
            child.falls = 1 if now - child.started > 60 else child.falls + 1
            child.again_at = now + pause_after(child.falls)
            child.process = None
            print(f"{child.name} ended with {code}; it starts again in {child.again_at - now:.0f} s", flush=True)
        elif now >= child.again_at and not self.stopping:
            if child.wanted is None or child.wanted():
                child.start()
            else:
                child.again_at = now + ASK_EVERY
