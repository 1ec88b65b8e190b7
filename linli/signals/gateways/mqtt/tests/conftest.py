"""A broker, a source with its gauge, and the house's client in a thread of its own."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from linli.base import visibility
from linli.signals.gateways.http import sender
from linli.signals.gateways.http.tests.conftest import registered
from linli.signals.gateways.mqtt import brokers
from linli.signals.gateways.mqtt.server import Service
from linli.signals.gateways.mqtt.tests.mosquitto import Mosquitto
from linli.signals.mapping import versions
from linli.signals.models import EventSource, Quarantine, Signal
from linli.signals.tests.conftest import make_asset, vocabulary  # noqa: F401

URI, NAME = "/chizhou/water/laohe", "chizhou-water-laohe"
PLAIN = """
id = "sn"
subject = "dev"
time = { path = "ts", form = "unix_ms" }
[[signal]]
when = { state = 1 }
kind = "alarm.water_level"
values = { level_m = { path = "level", factor = 0.01 } }
[[signal]]
kind = "measure.water_level"
values = { level_m = { path = "level", factor = 0.01 } }
"""


@pytest.fixture
def mosquitto(tmp_path):
    made = Mosquitto(tmp_path / "broker").start()
    yield made
    made.stop()


@pytest.fixture
def source(transactional_db, vocabulary) -> EventSource:  # noqa: F811
    gauge = make_asset("WL-1", type="water.gauge")
    return registered(URI, asset=gauge.number)[0]


@pytest.fixture
def broker(mosquitto, source):
    return brokers.add("city", host="127.0.0.1", port=mosquitto.port, tls=False)


def mapped(source, broker, text=PLAIN, filter="plant/+/up"):
    """Messages under `filter` are those of `source`, read by `text`."""
    versions.save_draft(source, text, by=None)
    versions.release(source)
    return brokers.subscribe(broker, filter, source)


@contextmanager
def listening(connected=1, every=0.1):
    """The house's client, connected to so many brokers; stopped in order at the end."""
    loop = asyncio.new_event_loop()
    service, ready = {}, threading.Event()

    async def begin():
        service["it"] = Service(every)
        await service["it"].start()
        ready.set()

    def work():
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        until(lambda: sum(bool(one.subscribed) for one in service["it"].connections.values()) == connected)
        yield service["it"]
    finally:
        asyncio.run_coroutine_threadsafe(service["it"].stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def until(holds, seconds=30.0):
    """Wait for what must come; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


class Sender:
    """A device's side: publishes and waits for the broker's own acknowledgement."""

    def __init__(self, port, *, version=5, **names):
        protocol = MQTTProtocolVersion.MQTTv5 if version == 5 else MQTTProtocolVersion.MQTTv311
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=protocol, **names)
        self.answers = []
        self.client.on_message = lambda client, data, said: self.answers.append((said.topic, json.loads(said.payload)))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        until(self.client.is_connected)

    def publish(self, topic, body, *, qos=1, retain=False, properties=None, content_type=""):
        payload = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
        extra = None
        if properties or content_type:
            extra = Properties(PacketTypes.PUBLISH)
            if content_type:
                extra.ContentType = content_type
            if properties:
                extra.UserProperty = list(properties)
        said = self.client.publish(topic, payload, qos=qos, retain=retain, properties=extra)
        said.wait_for_publish(10)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def device(mosquitto):
    made = Sender(mosquitto.port)
    yield made
    made.close()


def event(id="e-1", kind="alarm.water_level", subject="WL-1", **fields):
    made = sender.event(URI, kind, subject, {"level_m": 28.6}, id=id)
    return made | fields


def logged(**fields):
    """The rows of the log that came over MQTT."""
    with visibility.system():
        return list(Signal.objects.filter(protocol="mqtt", **fields).order_by("log_id"))


def kept():
    """(source, reason) of what stands in quarantine."""
    return sorted(Quarantine.objects.values_list("source", "reason"))
