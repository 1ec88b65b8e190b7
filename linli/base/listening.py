"""LISTEN for wake-ups, on a connection of its own, renewed when it breaks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import psycopg
from django.db import connections

log = logging.getLogger("linli.listening")


def parameters() -> dict[str, object]:
    """Connection parameters of the application role, for a plain psycopg connection."""
    wrapper = connections["default"]
    chosen = wrapper.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return {name: chosen[name] for name in names if chosen.get(name)}


def listen(channels: list[str], stopping: threading.Event, every: float = 0.5) -> Iterator[str]:
    """The channels as they are notified, until `stopping`. After a lost connection each channel comes once."""
    while not stopping.is_set():
        try:
            with psycopg.connect(**parameters(), autocommit=True) as connection:  # type: ignore[arg-type]
                for channel in channels:
                    connection.execute(f'LISTEN "{channel}"')
                yield from channels
                while not stopping.is_set():
                    for notice in connection.notifies(timeout=every, stop_after=1):
                        yield notice.channel
        except psycopg.OperationalError as fault:
            log.warning("listening is interrupted: %s", fault)
            stopping.wait(1)
