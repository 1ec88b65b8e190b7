"""From the bus into the log: in the order of the stream, each message once.

How far it has come stands in the database and moves in the transaction that takes the messages in; so a consumer that
is killed anywhere reads on where the last commit left it, and what was delivered again is passed over. Only what is
committed is taken from the stream. Repetitions under another number are found by `accept` itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.signals import quarantine
from linli.signals.accept import write
from linli.signals.bus import outward, wire
from linli.signals.bus.client import PATIENCE, STREAM, Bus, BusAway
from linli.signals.bus.refusals import BusAtStart
from linli.signals.envelope import Envelope

log = logging.getLogger("linli.bus")
BATCH = 500
WAIT = 0.5
CLEAR_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Received:
    """One message with its number in the stream."""

    number: int
    data: bytes


class Consumer:
    """Reads the stream behind the number that stands in the database."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._reader = ""
        self._subscription: Any = None
        self._cleared, self._cleared_at = 0, 0.0

    def run_once(self, limit: int = BATCH) -> int:
        """Take in what has come, `limit` messages at most; how many. BusAway; django.db.Error."""
        if self._subscription is None:
            self._begin()
        received = self._fetch(limit)
        if not received:
            return 0
        try:
            done = self._take(received)
        except Exception:
            self._subscription = None  # what was fetched is fetched again
            raise
        self._clear()
        return done

    def _begin(self) -> None:
        """Subscribe behind the number in the database; a stream made anew has numbers of its own."""
        state = self._bus.call(self._bus.stream.stream_info(STREAM), PATIENCE)
        self._reader = f"bus {_made(state)}"
        with transaction.atomic():
            last = _last(self._reader)
            if last is None:
                return
            if state.state.last_seq < last:
                log.error("the bus has lost messages that it had acknowledged: %s < %s", state.state.last_seq, last)
                last = state.state.last_seq
                _move(self._reader, last)
            elif state.state.messages and state.state.first_seq > last + 1:
                log.error("messages %s to %s were taken off the bus unread", last + 1, state.state.first_seq - 1)
                last = state.state.first_seq - 1
                _move(self._reader, last)
        self._expected = last + 1
        self._subscription = self._bus.call(self._subscribe(last + 1), PATIENCE)

    async def _subscribe(self, first: int) -> Any:
        from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

        config = ConsumerConfig(
            ack_policy=AckPolicy.NONE,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=first,
            inactive_threshold=60.0,
            max_waiting=8,
        )
        return await self._bus.stream.pull_subscribe(f"{wire.SUBJECT}.>", stream=STREAM, config=config)

    def _fetch(self, limit: int) -> list[Received]:
        """The next messages without a gap; [] when there are none."""
        if self._subscription is None:
            return []
        try:
            found = self._bus.call(self._pull(limit), WAIT + PATIENCE)
        except BusAway:
            self._subscription = None
            raise
        received = [Received(one.metadata.sequence.stream, one.data) for one in found]
        if not received:
            state = self._bus.call(self._bus.stream.stream_info(STREAM), PATIENCE)
            if state.state.last_seq >= self._expected or self._reader != f"bus {_made(state)}":
                self._subscription = None  # the server that served us is gone, or the stream is another one
            return []
        if [one.number for one in received] != list(range(self._expected, self._expected + len(received))):
            self._subscription = None
            return []
        self._expected += len(received)
        return received

    async def _pull(self, limit: int) -> list[Any]:
        """What is lost here by an end in the middle leaves a gap, and is fetched again."""
        try:
            return list(await asyncio.wait_for(self._subscription.fetch(limit, timeout=WAIT), 2 * WAIT))
        except TimeoutError:
            return []

    def _take(self, received: list[Received]) -> int:
        """All in one transaction; if one of them cannot be taken in, each by itself, and that one into quarantine."""
        try:
            return self._commit(received)
        except (OperationalError, InterfaceError, psycopg.OperationalError):
            connection.close()
            raise
        except Exception as fault:
            if len(received) > 1:
                return sum(self._take([one]) for one in received)
            log.exception("message %s of the bus cannot be taken in", received[0].number)
            return self._commit(received, set_aside=repr(fault))

    def _commit(self, received: list[Received], set_aside: str = "") -> int:
        with transaction.atomic(durable=True), visibility.system():
            last = _last(self._reader)
            if last is None:
                self._subscription = None  # another consumer is at work
                return 0
            news = [one for one in received if one.number > last]
            if news:
                if set_aside:
                    quarantine.note("bus", STREAM, "internal", news[0].data, set_aside)
                else:
                    _write([one.data for one in news])
                _move(self._reader, news[-1].number)
        return len(received)

    def _clear(self) -> None:
        """Take from the stream what is committed, now and then."""
        if time.monotonic() - self._cleared_at < CLEAR_EVERY:
            return
        self._cleared_at = time.monotonic()
        self._bus.call(self._bus.stream.purge_stream(STREAM, seq=self._expected), PATIENCE)


def _write(messages: Sequence[bytes]) -> None:
    envelopes: list[Envelope] = []
    for data in messages:
        try:
            said = wire.read(data)
        except wire.Unreadable as fault:
            quarantine.note("bus", STREAM, "bus-unreadable", data, str(fault))
            continue
        if isinstance(said, Envelope):
            envelopes.append(said)
        else:
            quarantine.note(said.protocol, said.source, said.reason, said.raw, said.detail)
    write(envelopes)


def _made(state: Any) -> str:
    return str(state.created)[:40]


def _last(reader: str) -> int | None:
    """The number of the last message taken in, locked; None while another consumer holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signals_cursor (reader, log_id, moved_at) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING",
            [reader, clock.now()],
        )
        cursor.execute("SELECT log_id FROM signals_cursor WHERE reader = %s FOR UPDATE SKIP LOCKED", [reader])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _move(reader: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signals_cursor SET log_id = %s, moved_at = %s WHERE reader = %s", [number, clock.now(), reader]
        )


class Duty:
    """The worker's duty: opens the bus when it can, and reads."""

    def __init__(self) -> None:
        self._consumer: Consumer | None = None

    def work(self) -> int:
        """Take in what has come; 0 while there is nothing or the bus is away."""
        try:
            if self._consumer is None:
                bus = outward.from_environment()
                if bus is None:
                    return 0
                self._consumer = Consumer(bus.open())
            return self._consumer.run_once()
        except (BusAway, BusAtStart) as fault:
            log.warning("the bus is away: %s", fault)
            time.sleep(WAIT)
            return 0
