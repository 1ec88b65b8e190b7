"""Alarm panels that send without a pause, as panels do: for the kill test, apart from the product, standard library.

    python sender.py PORT LEDGER ACCOUNT… [--rate FRAMES_A_SECOND]

Each account is a panel on a TCP connection of its own; no two of its frames are equal. What is not acknowledged is
sent again, in order: at once on a new connection when the line breaks, or when nothing has come back for `PATIENCE`
seconds. Each acknowledgement is written to LEDGER the moment it comes:

    ack EVENT|BEAT account sequence frame-in-hex

After SIGTERM nothing new is said; the program ends when all is acknowledged (or after a minute with what is left),
with a last line for each account, `said account events beats open`: distinct event frames, heartbeats sent (each
repetition counts), frames without an answer.
"""

from __future__ import annotations

import argparse
import os
import re
import select
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field

PATIENCE, WINDOW, FAREWELL = 5.0, 30, 60.0
ANSWER = re.compile(rb'\n[0-9A-F]{4}0[0-9A-F]{3}"(\w+)"(\d{4})(?:R\w+)?L0#(\w+)\[[^\r]*\r')
stopping = threading.Event()


def crc(data: bytes) -> int:
    """CRC-16/ARC, as DC-09 wants it."""
    register = 0
    for byte in data:
        register ^= byte
        for _bit in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return register


def frame_of(token: str, sequence: int, account: str, data: str) -> bytes:
    """A plain frame of `account`."""
    body = f'"{token}"{sequence:04d}L0#{account}[{data}]'.encode()
    return b"\n%04X0%03X%b\r" % (crc(body), len(body), body)


def alarm(account: str, number: int) -> bytes:
    """The burglary alarm `number` of a panel; eight zones in turn."""
    return _event(account, number, f"BA{number % 8 + 1:03d}")


def _event(account: str, number: int, code: str) -> bytes:
    """The sequence comes round after 9999; the text tells the frames apart also then."""
    return frame_of("SIA-DCS", sequence_of(number), account, f"#{account}|Nri1/{code}^{number}^")


def sequence_of(number: int) -> int:
    """0001 to 9999, and again."""
    return (number - 1) % 9999 + 1


@dataclass
class Said:
    """One frame under way."""

    kind: str
    sequence: int
    frame: bytes


@dataclass
class Panel:
    """One account, its line, and what it has said that nobody has acknowledged yet."""

    account: str
    port: int
    ledger: int
    pause: float
    number: int = 0
    events: int = 0
    beats: int = 0
    open: list[Said] = field(default_factory=list)
    line: socket.socket | None = None
    heard: bytes = b""
    last: float = 0.0

    def live(self) -> None:
        """Speak until told to stop, then until all is acknowledged."""
        due = time.monotonic()
        ends = None
        while True:
            now = time.monotonic()
            if stopping.is_set():
                ends = ends or now + FAREWELL
                if not self.open or now > ends:
                    return
            if self.line is None or (self.open and now - self.last > PATIENCE):
                self._call()
            elif not stopping.is_set() and now >= due and len(self.open) < WINDOW:
                due = max(due + self.pause, now - 1.0)
                self._say(self._next())
            else:
                self._listen(min(0.05, max(0.001, due - now)))

    def _next(self) -> Said:
        """Of ten frames one is a heartbeat, one an alarm, the others somebody who arms and disarms."""
        self.number += 1
        if self.number % 10 == 0:
            return Said("BEAT", 0, frame_of("NULL", 0, self.account, ""))
        self.events += 1
        if self.number % 10 == 5:
            frame = alarm(self.account, self.events)
        else:
            frame = _event(self.account, self.events, f"{'OP' if self.number % 2 else 'CL'}{self.number % 90:03d}")
        return Said("EVENT", sequence_of(self.events), frame)

    def _say(self, said: Said) -> None:
        if not self.open:
            self.last = time.monotonic()
        self.open.append(said)
        self._write([said])

    def _call(self) -> None:
        """A new line; everything open goes over it again."""
        self._hang_up()
        try:
            self.line = socket.create_connection(("127.0.0.1", self.port), 2)
        except OSError:
            time.sleep(0.1)
            return
        self.last = time.monotonic()
        self._write(self.open)

    def _write(self, what: list[Said]) -> None:
        self.beats += sum(said.kind == "BEAT" for said in what)
        try:
            if self.line:
                self.line.sendall(b"".join(said.frame for said in what))
        except OSError:
            self._hang_up()

    def _listen(self, seconds: float) -> None:
        if self.line is None or not select.select([self.line], [], [], seconds)[0]:
            return
        try:
            data = self.line.recv(65_536)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        self.heard += data
        self.last = time.monotonic()
        answers = list(ANSWER.finditer(self.heard))
        if answers:
            self.heard = self.heard[answers[-1].end() :]
        for token, sequence, account in (found.groups() for found in answers):
            self._answered(token.decode(), int(sequence), account.decode())

    def _answered(self, token: str, sequence: int, account: str) -> None:
        """An answer belongs to the oldest open frame of its number."""
        said = next((one for one in self.open if one.sequence == sequence), None)
        if said is None or token != "ACK" or account != self.account:
            self._note(f"odd {token} {account} {sequence:04d}")
            return
        self.open.remove(said)
        self._note(f"ack {said.kind} {account} {sequence:04d} {said.frame.hex()}")

    def _note(self, words: str) -> None:
        os.write(self.ledger, words.encode() + b"\n")

    def _hang_up(self) -> None:
        if self.line:
            self.line.close()
        self.line, self.heard = None, b""


def main() -> int:
    """Let every account speak; 1 when something stayed unanswered."""
    reading = argparse.ArgumentParser()
    reading.add_argument("port", type=int)
    reading.add_argument("ledger")
    reading.add_argument("accounts", nargs="+")
    reading.add_argument("--rate", type=float, default=20.0)
    given = reading.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    ledger = os.open(given.ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    panels = [Panel(account, given.port, ledger, 1 / given.rate) for account in given.accounts]
    threads = [threading.Thread(target=panel.live) for panel in panels]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.2)
    for panel in panels:
        panel._note(f"said {panel.account} {panel.events} {panel.beats} {len(panel.open)}")
    return 1 if any(panel.open for panel in panels) else 0


if __name__ == "__main__":
    sys.exit(main())
