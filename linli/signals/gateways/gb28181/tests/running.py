"""A gateway on a free port and cameras that speak to it over real sockets."""

import asyncio
import random
import socket
import threading
import time
from datetime import UTC, datetime

import uvloop
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.base import clock, visibility
from linli.signals.gateways.gb28181 import server
from linli.signals.gateways.gb28181.camera import SimulatedCamera
from linli.signals.gateways.gb28181.peers import seal_password
from linli.signals.gateways.gb28181.store import DatabaseStore
from linli.signals.models import Line, Quarantine, Signal
from linli.signals.tests.conftest import make_asset

HOUSE = "34170000002000000001"
CAMERA = "34170200001320000001"
NVR = "34170200001180000001"
SECRET = "Vector-only-12"
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


class Running:
    """The gateway on a free port, its loop in a thread of its own."""

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

    @property
    def platform(self):
        return self.gateway.store.platform

    def beat(self):
        """What happens every five seconds, now."""
        asyncio.run_coroutine_threadsafe(self.gateway.batcher.in_thread(self.gateway.store.beat), self._loop).result(20)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self.gateway = server.SipGateway(DatabaseStore())
        self._loop.run_until_complete(self.gateway.start("127.0.0.1", 0))
        self.port = self.gateway.port
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()


class Talker:
    """A simulated device on a socket: says, hears, answers until nothing is open."""

    def __init__(self, port, identity=CAMERA, secret=SECRET, transport="udp", address="127.0.0.1"):
        self.device = SimulatedCamera(identity, secret, random.Random(identity))
        self.device.transport = transport.upper()
        self.statuses = []
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self.line = socket.socket(socket.AF_INET, kind)
        self.line.bind((address, 0))
        self.line.settimeout(10)
        self.line.connect(("127.0.0.1", port))

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.line.close()

    def say(self, *said):
        """Say these and wait until each has its answer; what the device says in its turn goes out too."""
        open_ = {one.key for one in said if one.key}
        for one in said:
            self.line.sendall(one.data)
        while open_:
            self._turn(open_)

    def _turn(self, open_):
        data = self.line.recv(65536)
        if not data:
            raise ConnectionError
        if data.startswith(b"SIP/2.0"):
            self.statuses.append(int(data[8:11]))
        heard = self.device.hear(data, clock.now())
        open_ -= {*heard.acknowledged, *heard.refused}
        for one in heard.say:
            self.line.sendall(one.data)
            open_ |= {one.key} if one.key else set()

    def register(self):
        self.say(*self.device.hello(clock.now()))
        return self

    def keepalive(self):
        self.say(*self.device.tell("heartbeat", clock.now()))

    def listen(self, seconds, until=lambda: False):
        """Answer what the platform asks for a while."""
        end = time.monotonic() + seconds
        self.line.settimeout(0.2)
        while time.monotonic() < end and not until():
            try:
                self._turn(set())
            except TimeoutError:
                continue
        self.line.settimeout(10)

    def raw(self, data):
        """Send bytes; what comes back within a second, or b""."""
        self.line.sendall(data)
        self.line.settimeout(1)
        try:
            return self.line.recv(65536)
        except TimeoutError:
            return b""
        finally:
            self.line.settimeout(10)


def enrol(identity=CAMERA, secret=SECRET, type_="test.camera", asset=None, **settings):
    """A device as an asset with its line."""
    with visibility.system():
        asset = asset or make_asset(f"CAM-{identity}"[:64], type=type_)
        sealed = seal_password(identity, secret) if secret else None
        Line.objects.create(protocol="gb28181", identity=identity, asset=asset, sealed_key=sealed, settings=settings,
                            during=DateTimeTZRange(SINCE, None))  # fmt: skip
    return asset


def state(asset):
    with visibility.system():
        return type(asset).objects.select_related("state").get(pk=asset.pk).state


def heard(*kinds):
    with visibility.system():
        rows = Signal.objects.order_by("log_id")
        return list(rows.filter(kind__in=kinds) if kinds else rows)


def refused():
    with visibility.system():
        return {(row.source, row.reason): row.count for row in Quarantine.objects.all()}
