"""Simulated DC-09 panels for `linli simulate dc09`: every third encrypts with a key of its own."""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any

from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import Decoded, decode
from linli.signals.gateways.dc09.frames import LIMIT, Frame, FrameReader
from linli.signals.gateways.dc09.lines import seal_key
from linli.signals.gateways.dc09.sender import Panel
from linli.signals.simulating.device import Heard, Say, Transport, What
from linli.signals.simulating.enrolling import Enrolled, enrol

ASSET_TYPE = "networked_alarms.system"
ALARMS = ("BA", "FA", "PA", "HA", "TA")
"""Burglary, fire, panic, hold-up, tamper."""
ENCRYPTED_EVERY = 3


def account(number: int) -> str:
    """The account of panel `number`: eight digits that no demo site has."""
    return f"{88_000_000 + number:08d}"


def key_text(number: int) -> str:
    """The AES-128 key of panel `number` as hexadecimal digits; "" when it sends in plain. Only for simulations."""
    if number % ENCRYPTED_EVERY:
        return ""
    return hashlib.blake2b(f"simulated panel {number}".encode(), digest_size=16).hexdigest()


class SimulatedPanel:
    """One panel. A key is the frame's sequence; link tests all have 0000 and are answered in order."""

    ready = True

    def __init__(self, number: int, chance: random.Random) -> None:
        typed = key_text(number)
        self.identity = account(number)
        self._panel = Panel(account=self.identity, key=Key.parse(typed) if typed else None)
        self._chance = chance
        self._reader = FrameReader()
        self._tests: deque[Hashable] = deque()
        self._tested = 0
        self._open: list[tuple[str, str]] = []

    def hello(self, now: datetime) -> Sequence[Say]:
        """DC-09 has no log-in. The first frame's number is of the clock: a run soon after another repeats none."""
        self._reader = FrameReader()
        if not self._panel.sequence:
            self._panel.sequence = int(now.timestamp() * 10) % 9999
        return ()

    def tell(self, what: What, now: datetime) -> Sequence[Say]:
        """A link test, a periodic test, an alarm of a zone, its restoral, or one of the bad frames."""
        if what == "rubbish":
            return (self._chance.choice(RUBBISH)(self._frame(now), self._chance),)
        if what == "heartbeat" or (what == "restore" and not self._open):
            return (self._link_test(now),)
        return (Say(self._frame(now, what), self._panel.sequence, what),)

    def _frame(self, now: datetime, what: str = "routine") -> bytes:
        if what == "alarm":
            code, zone = self._chance.choice(ALARMS), f"{self._chance.randint(1, 16):03}"
            if (code, zone) not in self._open:
                self._open.append((code, zone))
            return self._panel.sia(f"Nri1/{code}{zone}", at=now)
        if what == "restore":
            code, zone = self._open.pop(0)
            return self._panel.sia(f"Nri1/{code[0]}R{zone}", at=now)
        return self._panel.sia("Nri0/RP", at=now)

    def _link_test(self, now: datetime) -> Say:
        self._tested += 1
        key = f"test {self._tested}"
        self._tests.append(key)
        return Say(self._panel.link_test(now), key, "heartbeat")

    def hear(self, data: bytes, now: datetime) -> Heard:
        """Acknowledgements by their sequence; NAK and DUH are refusals."""
        heard = Heard()
        for item in self._reader.feed(data):
            if isinstance(item, Frame):
                self._hear(decode(item, key=self._panel.key), heard)
        return heard

    def _hear(self, said: Decoded, heard: Heard) -> None:
        key: Hashable = int(said.sequence or 0)
        if not key:
            key = self._tests.popleft() if self._tests else None
        (heard.acknowledged if said.token == "ACK" else heard.refused).append(key)


def _wrong_check(frame: bytes, chance: random.Random) -> Say:
    """A CRC that is not that of the body: no answer (DC-09 5.5.1), one row in quarantine."""
    return Say(frame[:1] + b"%04X" % (int(frame[1:5], 16) ^ chance.randint(1, 0xFFFF)) + frame[5:], what="rubbish")


def _torn(frame: bytes, chance: random.Random) -> Say:
    """The first half of a frame and then another's beginning: `cut_short`."""
    return Say(frame[: chance.randint(20, len(frame) - 2)] + b"\r", what="rubbish")


def _noise(frame: bytes, chance: random.Random) -> Say:
    """Bytes of no protocol, closed by a CR LF."""
    return Say(bytes(chance.randrange(0x80, 0x100) for _ in range(chance.randint(16, 200))), what="rubbish", counts=0)


def _endless(frame: bytes, chance: random.Random) -> Say:
    """A frame that does not end within the limit: the connection is dropped, one row or two in quarantine."""
    return Say(frame[:-1] + b"A" * (LIMIT + 512), what="rubbish", counts=0)


RUBBISH: tuple[Callable[[bytes, random.Random], Say], ...] = (_wrong_check, _torn, _noise, _endless)


class Panels:
    """The simulated panels (`device.Fleet`)."""

    transports: tuple[Transport, ...] = ("tcp", "udp")

    def device(self, number: int, chance: random.Random) -> SimulatedPanel:
        """Panel `number`."""
        return SimulatedPanel(number, chance)

    def register(self, count: int) -> int:
        """An asset and a line each, with its key; how many are new."""
        return enrol("dc09", [_enrolled(number) for number in range(count)])


def _enrolled(number: int) -> Enrolled:
    identity, typed = account(number), key_text(number)
    line: dict[str, Any] = {"sealed_key": seal_key(identity, typed)} if typed else {}
    return Enrolled(
        identity=identity,
        number=f"SIM-DC09-{number:05}",
        name=f"演示·模拟报警主机 {number:05}",
        type=ASSET_TYPE,
        line=line,
    )


FLEET = Panels()
