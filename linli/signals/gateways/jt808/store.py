"""Keeps what the JT/T 808 gateway heard: one transaction for a whole batch, then the sessions move on and are answered.

Once every few seconds: commands that people gave, parts that are missing, sets that were given up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.signals import listening, quarantine
from linli.signals.accept import write
from linli.signals.gateways.jt808 import commands
from linli.signals.gateways.jt808.frames import Malformed
from linli.signals.gateways.jt808.hearing import PROVED_LINES_ARE_PRIVATE, Hearing
from linli.signals.gateways.jt808.session import Sessions
from linli.signals.gateways.rim import Arrival, StoreAway


class DatabaseStore:
    """The store of the running gateway (`rim.Store`)."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.private = os.environ.get(PROVED_LINES_ARE_PRIVATE, "") == "1"
        self.asked: commands.Asked = {}

    def keep(self, arrivals: Sequence[Arrival]) -> list[bytes]:
        """Everything the batch says, durable; the answers in its order."""
        hearing = Hearing(arrivals, self.private)
        with _or_away(), transaction.atomic(durable=True), visibility.system():
            hearing.take()
            commands.confirm(hearing.confirmed)
            write(hearing.envelopes)
        answers = hearing.settle()
        commands.forget(hearing.confirmed)
        return answers

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """One that cannot be kept, into quarantine, with what went wrong."""
        item = arrival.message.item
        raw = item.raw if isinstance(item, Malformed) else item.raw[:-1]
        with _or_away():
            quarantine.quarantine("jt808", f"jt808:@{arrival.peer}", "internal", raw, repr(fault))

    def beat(self) -> None:
        """We listen; what people want of terminals goes out; missing parts are asked for."""
        with _or_away():
            listening.beat("jt808")
            with transaction.atomic(durable=True), visibility.system():
                commands.send(self.sessions, clock.now())
                commands.ask_for_parts(self.sessions, self.asked, clock.now())


@contextmanager
def _or_away() -> Iterator[None]:
    """A store that cannot be reached is StoreAway."""
    try:
        yield
    except (OperationalError, InterfaceError, psycopg.OperationalError) as fault:
        connection.close()
        raise StoreAway(str(fault).partition("\n")[0]) from fault
