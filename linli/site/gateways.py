"""The device gateways, each a process of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gateway:
    """A protocol's server: its default port and the environment variable that sets another.

    A client has no port and no transports; `wanted` names the module whose `wanted()` says whether it has work.
    """

    key: str
    label: str
    port: int
    variable: str
    transports: tuple[str, ...]
    wanted: str = ""

    def listens_on(self) -> int:
        """The port of this installation."""
        return int(os.environ.get(self.variable, self.port))


GATEWAYS = (
    Gateway("dc09", "SIA DC-09", 12128, "LINLI_DC09_PORT", ("tcp", "udp")),
    Gateway("gb28181", "GB/T 28181", 5060, "LINLI_GB28181_PORT", ("tcp", "udp")),
    Gateway("jt808", "JT/T 808", 8808, "LINLI_JT808_PORT", ("tcp", "udp")),
    Gateway("gb26875", "GB/T 26875.3", 26875, "LINLI_GB26875_PORT", ("tcp", "udp")),
)
CLIENTS = (Gateway("mqtt", "MQTT", 0, "", (), wanted="linli.signals.gateways.mqtt.brokers"),)


def serve(key: str, port: int | None = None) -> int:
    """Serve one gateway until told to stop."""
    from importlib import import_module

    from linli.signals.bus import outward

    bus = outward.from_environment()
    outward.attach(bus.open() if bus else None)
    gateway = next(item for item in (*GATEWAYS, *CLIENTS) if item.key == key)
    host = os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1")
    server = import_module(f"linli.signals.gateways.{key}.server")
    return int(server.run(host, port or gateway.listens_on()) or 0)


def has_work(gateway: Gateway) -> bool:
    """Whether a client has anything to listen to now. Raises django.db.Error while the store is away."""
    from importlib import import_module

    return bool(import_module(gateway.wanted).wanted())
