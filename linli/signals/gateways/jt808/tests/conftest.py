"""The gateway on a free port, registered terminals, and a line to it."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from datetime import UTC, datetime

import pytest
import uvloop

from linli.base import clock, visibility
from linli.signals.gateways.jt808 import server
from linli.signals.gateways.jt808.frames import FrameReader
from linli.signals.gateways.jt808.tests.build import Handset
from linli.signals.models import Line, Quarantine, Signal
from linli.signals.tests.conftest import make_asset

ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), None)


class Running:
    """The gateway, its loop in a thread of its own."""

    def __enter__(self):
        self._ready, self._loop = threading.Event(), uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *fault):
        asyncio.run_coroutine_threadsafe(self.gateway.stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self.gateway = server.gateway()
        self._loop.run_until_complete(self.gateway.start("127.0.0.1", 0))
        self.port = self.gateway.port
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()

    def beat(self):
        """What the gateway does every five seconds, now."""
        work = self.gateway.batcher.in_thread(self.gateway.store.beat)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


class Caller:
    """A TCP line of one terminal: says frames, reads the platform's."""

    def __init__(self, port, handset=None):
        self.handset = handset or Handset()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._reader, self._heard = FrameReader(), []

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.socket.close()

    def say(self, frame):
        """Send bytes and give the next frame of the platform."""
        self.socket.sendall(frame)
        return self.hear()

    def hear(self):
        """The platform's next frame; None when it has closed the line."""
        while not self._heard:
            data = self.socket.recv(4096)
            if not data:
                return None
            self._heard += self._reader.feed(data)
        return self._heard.pop(0)

    def result(self, frame):
        """The result of the general reply to a frame."""
        said = self.say(frame)
        assert said.message_id == 0x8001
        return struct.unpack(">HHB", said.body)[2]

    def log_in(self, **fields):
        """Register and authenticate; the code."""
        said = self.say(self.handset.register(**fields))
        assert (said.message_id, said.body[2]) == (0x8100, 0)
        code = said.body[3:].decode()
        assert self.result(self.handset.authenticate(code)) == 0
        return code


@pytest.fixture
def gateway(transactional_db, vocabulary):
    with Running() as running:
        yield running


@pytest.fixture
def vocabulary():
    """The house's kinds, when `linli.packs` has not installed them."""
    from linli.signals.kinds import HOUSE_KINDS
    from linli.signals.registry import signal_kinds

    with signal_kinds.opened():
        signal_kinds.install(kind for kind in HOUSE_KINDS if kind.key not in signal_kinds)
        yield


def register(identity="13905660119", number=None, **fields):
    """Make a terminal known to the house."""
    type_ = fields.pop("type", "fleet.vehicle")
    with visibility.system():
        asset = make_asset(number or f"VH-{identity}", type=type_)
        return Line.objects.create(protocol="jt808", identity=identity, asset=asset, during=ALWAYS, **fields)


def heard(*kinds):
    """What the log holds, the house's own words left out; of these kinds only, if any are given."""
    with visibility.system():
        rows = Signal.objects.exclude(protocol="timer").order_by("log_id")
        return list(rows.filter(kind__in=kinds) if kinds else rows)


def refused():
    """What stands in quarantine."""
    with visibility.system():
        return {(row.source, row.reason): row.count for row in Quarantine.objects.all()}


def moment():
    """Now, in whole seconds: terminals know no finer time."""
    return clock.now().replace(microsecond=0)
