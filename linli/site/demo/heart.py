"""The demo heart: the devices that should be alive report through the real sockets, so that the city stays awake."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from dataclasses import dataclass
from math import cos, sin

from linli.accounts.actor import SYSTEM
from linli.base import visibility
from linli.response.crew import report_position
from linli.response.status import in_use, states
from linli.signals.gateways.dc09.sender import Caller, Panel
from linli.signals.models import Line
from linli.site.demo.panels import key_of
from linli.site.gateways import GATEWAYS

log = logging.getLogger("linli.heart")
ALIVE = "demo_alive"
# The demo units report every so many seconds.
MOVED = 20
USUAL = 100  # seconds; IP panels of a contract


@dataclass
class Beating:
    """One panel and when it reports next (monotonic seconds)."""

    panel: Panel
    every: float
    due: float


def panels() -> list[Beating]:
    """The panels of devices marked alive; their first reports are spread over half an interval."""
    with visibility.system():
        lines = list(Line.objects.filter(protocol="dc09", **{f"asset__settings__{ALIVE}": True}).order_by("identity"))
    now = time.monotonic()
    found = []
    for place, line in enumerate(lines):
        every = max(20.0, (line.interval_seconds or USUAL) * 0.9)
        spread = min(every, 60.0) * place / max(1, len(lines))
        found.append(Beating(Panel(account=line.identity, key=key_of(line)), every, now + spread))
    return found


def beat(beating: list[Beating], caller: Caller) -> int:
    """Send the reports that are due; how many were acknowledged."""
    now = time.monotonic()
    due = [one for one in beating if one.due <= now]
    if not due:
        return 0
    tally = caller.send_all([one.panel.link_test() for one in due])
    for one in due:
        one.due = now + one.every
    return len(tally.acknowledged)


def drive() -> None:
    """The demo's units say where they are: round their home while nobody has sent them anywhere."""
    with visibility.system():
        for state in states(in_use()):
            unit = state.unit
            if state.assignment is None and unit.home_lng is not None and unit.home_lat is not None:
                turn = time.time() / 600 + sum(unit.call_sign.encode())
                report_position(unit.pk, unit.home_lng + 0.004 * cos(turn), unit.home_lat + 0.004 * sin(turn), SYSTEM)


def beat_forever() -> int:
    """Report until told to stop; a gateway that is away is tried again."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    port = next(gateway for gateway in GATEWAYS if gateway.key == "dc09").listens_on()
    beating = panels()
    seconds = 0
    with Caller(os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1"), port) as caller:
        while not stopping.wait(1.0):
            seconds += 1
            try:
                beat(beating, caller)
                if seconds % MOVED == 1:
                    drive()
            except OSError as fault:
                log.warning("the gateway is away: %s", fault)
                caller.close()
    return 0
