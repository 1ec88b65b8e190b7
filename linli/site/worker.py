"""The worker: numbers the outbox, turns signals into cases, fires clocks. One of them works at a time (a lease)."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

log = logging.getLogger("linli.worker")
LEASE = 0x4C4E4C02


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the worker does again and again: on a NOTIFY of `channel`, and at least every `every` seconds.

    `work()` returns how much it did; as long as it did something it is called again at once.
    """

    name: str
    work: Callable[[], int]
    every: float
    channel: str = ""


def duties() -> list[Duty]:
    """Everything the worker does, in the order of the path."""
    from linli.base import outbox
    from linli.cases import recounting, timer
    from linli.packs.registry import packs
    from linli.rules import engine
    from linli.rules import timer as held
    from linli.signals import keeping, presence, sums
    from linli.signals.bus.consumer import Duty as Consuming
    from linli.signals.gateways.cap import poll
    from linli.signals.gateways.http import intake
    from linli.site import ear
    from linli.warnings import following

    return [
        Duty("relay", outbox.relay, 0.5, outbox.CHANNEL),
        *([Duty("bus", Consuming().work, 0.1)] if os.environ.get("NATS_URL") else []),
        Duty("rules", engine.run_once, 1.0, "linli_log"),
        Duty("held decisions", held.fire_due, 1.0),
        Duty("clocks", timer.fire_due, 1.0),
        Duty("calendar", recounting.recompute, 60.0),
        Duty("ear of http", ear.listen, 5.0),
        Duty("silence", presence.sweep, 1.0),
        Duty("feeds of warnings", poll.run_due, 5.0),
        Duty("warnings", following.follow, 1.0, "linli_log"),
        Duty("end of warnings", following.expire, 5.0),
        Duty("sent messages", intake.sweep_deliveries, 60.0),
        Duty("outbox sweep", outbox.sweep, 3600.0),
        Duty("partitions", keeping.ensure_partitions, 3600.0),
        Duty("seen sweep", keeping.sweep, 60.0),
        Duty("sums", sums.compact, 3600.0),
        Duty("forgetting", keeping.forget, 6 * 3600.0),
        *(Duty(job.key, job.work, job.every) for pack in packs for job in pack.timers),
    ]


def work() -> int:
    """Work until SIGTERM, while this worker holds the lease; without it (another works, the store is away) wait."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    lease = Lease()
    while not stopping.is_set():
        if lease.held():
            _serve(lease, stopping)
        else:
            stopping.wait(1)
    lease.close()
    return 0


def _serve(lease: Lease, stopping: threading.Event) -> None:
    """Do all duties until told to stop or until the lease is lost; a duty that cannot be ended ends the process."""
    jobs, ended = duties(), threading.Event()
    wakers = {duty.name: threading.Event() for duty in jobs}
    threads = [threading.Thread(target=_run, args=(duty, wakers[duty.name], ended), name=duty.name) for duty in jobs]
    threads.append(threading.Thread(target=_listen, args=(jobs, wakers, ended), name="listener"))
    gc.collect()
    gc.freeze()  # the house's declarations stay: looking through them again and again would hold up alarms
    for thread in threads:
        thread.start()
    while not stopping.wait(0.5) and lease.held():
        if not all(thread.is_alive() for thread in threads):
            os._exit(1)
    ended.set()
    for waker in wakers.values():
        waker.set()
    deadline = time.monotonic() + 5
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        os._exit(0 if stopping.is_set() else 1)


class Lease:
    """A session-long advisory lock on a connection of its own: it is held as long as that connection lives."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._granted = False

    def held(self) -> bool:
        """Whether this worker has the lease now: asks the store, and takes what nobody holds. Once lost, False."""
        from linli.base.listening import parameters

        try:
            if self._connection is None:
                self._connection = psycopg.connect(**parameters(), autocommit=True)  # type: ignore[arg-type]
            if self._granted:
                self._connection.execute("SELECT 1")
            else:
                row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [LEASE]).fetchone()
                self._granted = bool(row and row[0])
        except psycopg.OperationalError as fault:
            log.warning("the lease is lost: %s" if self._granted else "the store is away: %s", fault)
            self.close()
        return self._granted

    def close(self) -> None:
        """Let go of it."""
        if self._connection:
            self._connection.close()
        self._connection, self._granted = None, False


def _run(duty: Duty, waker: threading.Event, stopping: threading.Event) -> None:
    """Do one duty until told to stop; a fault is logged, the connection renewed, and the duty goes on."""
    from django.db import connection

    pause = 1.0
    while not stopping.is_set():
        try:
            done = duty.work()
            _beat(duty.name)
            pause = 1.0
        except Exception:
            log.exception("%s failed; again in %.0f s", duty.name, pause)
            connection.close()
            stopping.wait(pause)
            pause = min(30.0, pause * 2)
            continue
        if not done:
            waker.wait(duty.every)
            waker.clear()
    connection.close()


_last_beat: dict[str, float] = {}


def _beat(name: str) -> None:
    """Write down, at most every 5 s, that the duty works."""
    now = time.monotonic()
    if now - _last_beat.get(name, -10.0) < 5:
        return
    _last_beat[name] = now
    from linli.site.health import beat

    beat(f"worker: {name}")


def _listen(jobs: list[Duty], wakers: dict[str, threading.Event], stopping: threading.Event) -> None:
    """Wake duties when their channel is notified."""
    from linli.base.listening import listen

    by_channel = {duty.channel: wakers[duty.name] for duty in jobs if duty.channel}
    for channel in listen(list(by_channel), stopping):
        by_channel[channel].set()
