"""A real mosquitto for tests: started on a free port with a folder of its own, stopped, killed, started again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


class Mosquitto:
    """The broker. `extra`: lines of its configuration; without persistence it forgets at a stop."""

    def __init__(self, folder: Path, extra: str = "", port: int = 0, persistence: bool = True) -> None:
        assert Path(PROGRAM).exists(), "The checks of MQTT need mosquitto: sudo apt-get install mosquitto"
        self.folder, self.port = folder, port or free_port()
        folder.mkdir(exist_ok=True)
        stored = f"persistence true\npersistence_location {folder}/\nautosave_interval 1\n" if persistence else ""
        own = "" if "listener" in extra else f"listener {self.port} 127.0.0.1\n"
        anonymous = "" if "allow_anonymous" in extra else "allow_anonymous true\n"
        text = f"{own}{anonymous}max_queued_messages 0\nuser root\n{stored}{extra.format(port=self.port)}\n"
        (folder / "mosquitto.conf").write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Mosquitto:
        """Start it; returns when it answers."""
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [PROGRAM, "-c", str(self.folder / "mosquitto.conf")], stdout=self._log, stderr=self._log
        )
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)
        raise AssertionError("mosquitto does not answer")

    def stop(self) -> None:
        """Stop it in order (it saves its sessions)."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
            self._log.close()


def free_port() -> int:
    """A port nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
