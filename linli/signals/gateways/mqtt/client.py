"""A connection to one broker: persistent session, acknowledgement only when told, no reading when we are full.

The library works in a thread of its own; what it hears crosses into the loop, acknowledgements go back. QoS 2 is not
used: the library keeps the first half of its handshake in memory only, so a kill would lose a message; subscribed with
QoS 1, the broker hands over what was published with QoS 2 as well, and repetitions are known by their number.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from linli.base import clock
from linli.signals.gateways.mqtt.brokers import Settings
from linli.signals.gateways.mqtt.message import Message
from linli.signals.gateways.rim import log

SESSION_SECONDS = 7 * 24 * 3600
RECEIVE_MAXIMUM, MAXIMUM_PACKET = 500, 256 * 1024
MOST_UNDER_WAY = 2_000
KEEP_ALIVE = 60


class Connection:
    """Listens to one broker until closed. `heard` is called in the loop for every message."""

    def __init__(self, settings: Settings, heard: Callable[[Connection, Message], None]) -> None:
        self.settings, self._heard = settings, heard
        self._loop = asyncio.get_running_loop()
        self._room = threading.BoundedSemaphore(MOST_UNDER_WAY)
        self._closing = threading.Event()
        self._number = 0
        self.subscribed = False
        self.connected_since: datetime | None = None
        self.last_heard_at: datetime | None = None
        self.fault = ""
        self._client = self._made()

    def open(self) -> None:
        """Begin; connects, and connects again whenever the connection is lost (after 1, 2, 4 … 30 s)."""
        extra: dict[str, Any] = {}
        if self.settings.version == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = SESSION_SECONDS
            properties.ReceiveMaximum = RECEIVE_MAXIMUM
            properties.MaximumPacketSize = MAXIMUM_PACKET
            extra = {"clean_start": False, "properties": properties}
        self._client.connect_async(self.settings.host, self.settings.port, KEEP_ALIVE, **extra)
        self._client.loop_start()

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that `message` is kept; on another connection than its own it will come again anyway."""
        self._room.release()
        if message.qos and message.connection == self._number and self.connected_since:
            self._client.ack(message.packet, message.qos)

    def say(self, topic: str, payload: bytes) -> None:
        """Publish an answer, when connected; one that is lost costs nothing (the sender may ask by sending again)."""
        if self.connected_since:
            self._client.publish(topic, payload, qos=1)

    def stop_taking(self) -> None:
        """Hear nothing more; what comes now stays unacknowledged and comes again next time."""
        self._closing.set()

    def close(self) -> None:
        """Say good-bye (the session stays) and end the thread. Blocks for a moment."""
        self._closing.set()
        self._client.disconnect()
        self._client.loop_stop()
        self.connected_since = None

    def _made(self) -> Client:
        wanted = self.settings
        version = MQTTProtocolVersion.MQTTv5 if wanted.version == 5 else MQTTProtocolVersion.MQTTv311
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=wanted.client_id,
            clean_session=None if wanted.version == 5 else False,
            protocol=version,
            manual_ack=True,
        )
        if wanted.username:
            client.username_pw_set(wanted.username, wanted.password)
        if wanted.tls:
            client.tls_set_context(_tls(wanted))
        client.reconnect_delay_set(1, 30)
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_subscribe = self._on_disconnect, self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._fail(f"refused: {reason}")
            return
        self._number += 1
        self.connected_since = clock.now()
        self.fault = ""
        if self.settings.version == 5:
            # 1: retained messages are told once, when the subscription is new.
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            client.subscribe([(filter, options) for filter in self.settings.filters])
        else:
            client.subscribe([(filter, 1) for filter in self.settings.filters])
        log.info("mqtt %s: connected, %s filters", self.settings.key, len(self.settings.filters))

    def _on_subscribe(self, client: Client, data: Any, packet: int, reasons: Any, properties: Any) -> None:
        self.subscribed = True
        refused = [filter for filter, one in zip(self.settings.filters, reasons, strict=False) if one.is_failure]
        if refused:
            self._fail(f"subscription refused: {', '.join(refused)}")

    def _on_connect_fail(self, client: Client, data: Any) -> None:
        self._fail(f"nobody answers at {self.settings.host}:{self.settings.port}")

    def _on_disconnect(self, client: Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        self._number += 1
        self.connected_since, self.subscribed = None, False
        if not self._closing.is_set():
            self._fail(f"connection lost: {reason}")

    def _fail(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("mqtt %s: %s", self.settings.key, fault)
        self.fault = fault

    def _on_message(self, client: Client, data: Any, said: MQTTMessage) -> None:
        """In the library's thread: waits here, and so does not read on, while too much is under way."""
        while not self._room.acquire(timeout=0.2):
            if self._closing.is_set():
                return
        if self._closing.is_set():
            return
        message = _message(said, self.settings, self._number)
        self.last_heard_at = clock.now()
        self._loop.call_soon_threadsafe(self._heard, self, message)


def _message(said: MQTTMessage, settings: Settings, number: int) -> Message:
    try:
        topic = said.topic
    except UnicodeDecodeError:
        topic = "\N{REPLACEMENT CHARACTER}"
    found = said.properties
    return Message(
        broker=settings.id,
        topic=topic,
        payload=bytes(said.payload),
        qos=said.qos,
        retain=said.retain,
        dup=bool(said.dup),
        packet=said.mid,
        content_type=str(getattr(found, "ContentType", "")),
        properties=tuple(getattr(found, "UserProperty", ())),
        connection=number,
    )


def _tls(settings: Settings) -> ssl.SSLContext:
    """TLS 1.2 or newer; the broker's certificate must hold for its name. A client certificate goes through a file that
    only we can read, for the library of the system takes it from nowhere else."""
    context = ssl.create_default_context(cadata=settings.ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.certificate:
        number, path = tempfile.mkstemp()
        try:
            with os.fdopen(number, "w") as file:
                file.write(f"{settings.certificate}\n{settings.certificate_key}")
            context.load_cert_chain(path)
        finally:
            os.unlink(path)
    return context
