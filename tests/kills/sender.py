"""The other side of the line: panels that send, repeat until they are acknowledged, and write down what was.

A process of its own, outside the house. `python -m tests.kills.sender PORT FOLDER ACCOUNT…` sends until FOLDER/stop is
there, then sees its last frames through. It writes one file for each account: `S hex` a frame sent for the first time,
`A hex` that frame acknowledged, `T` a link test sent (each time), `L` one acknowledged.
"""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

PATIENCE = 3.0


def main(port: int, folder: Path, accounts: list[str]) -> None:
    """Send as every account at once."""
    threads = [threading.Thread(target=_panel, args=(port, folder, account)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _panel(port: int, folder: Path, account: str) -> None:
    from linli.signals.gateways.dc09.sender import Panel

    chance, panel, line = random.Random(account), Panel(account=account), _Line(port)
    with (folder / account).open("w", buffering=1) as ledger:
        number = 0
        while not (folder / "stop").exists():
            number += 1
            if chance.random() < 0.2:
                _through(line, panel.link_test(), ledger, "T", "L")
            else:
                code = "AT" if chance.random() < 0.3 else "BA"
                frame = panel.sia(f"Nri1/{code}000^{account}-{number}^")
                ledger.write(f"S {frame.hex()}\n")
                _through(line, frame, ledger, "", f"A {frame.hex()}")
            time.sleep(chance.uniform(0, 0.06))


def _through(line: _Line, frame: bytes, ledger: TextIO, each_time: str, done: str) -> None:
    """Send `frame` again and again until it is acknowledged, as a panel does."""
    while True:
        if each_time:
            ledger.write(f"{each_time}\n")
        if line.acknowledged(frame):
            ledger.write(f"{done}\n")
            return
        time.sleep(0.2)


class _Line:
    """A TCP connection that is made anew when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def acknowledged(self, frame: bytes) -> bool:
        """True when the whole answer came and is an ACK; else the connection is given up."""
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            self.socket.sendall(frame)
            answer = b""
            while not answer.endswith(b"\r"):
                piece = self.socket.recv(4096)
                if not piece:
                    raise ConnectionError
                answer += piece
            return b'"ACK"' in answer
        except OSError:
            if self.socket is not None:
                self.socket.close()
            self.socket = None
            return False


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
