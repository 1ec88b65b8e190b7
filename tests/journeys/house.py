"""A whole house in its own folder and on its own ports, started as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from linli.site.gateways import GATEWAYS

ROOT = Path(__file__).resolve().parents[2]


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody holds now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that ends with the test, and that PostgreSQL's own account may enter.

    Not pytest's: a second run of pytest on the machine bars the way into that for others.
    """
    with tempfile.TemporaryDirectory(prefix="linli-house-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@dataclass
class House:
    """`linli run` in `folder`. `start` returns when it printed that it is ready; `stop` is Ctrl-C."""

    folder: Path
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    dc09_port: int = field(default_factory=free_port)
    other_ports: dict[str, int] = field(default_factory=lambda: {gateway.variable: free_port() for gateway in GATEWAYS})
    output: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this house, also for its `linli` commands."""
        drop = ("DJANGO_SETTINGS_MODULE", "LINLI_POOL", "DATABASE_URL")
        kept = {name: value for name, value in os.environ.items() if name not in drop}
        return kept | {
            "LINLI_VAR": str(self.folder),
            "LINLI_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **{variable: str(port) for variable, port in self.other_ports.items()},
            "LINLI_DC09_PORT": str(self.dc09_port),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, seconds: float = 180) -> House:
        """Start it and wait until it says that it is ready. RuntimeError with its output when it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "house.log"
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "linli.site.cli", "run", *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.output = log.read_text("utf-8", errors="replace")
            if re.search(r"^.*(ready|就绪).*$", self.output, re.MULTILINE):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the house did not open:\n{self.output[-3000:]}")

    def stop(self) -> int:
        """Ctrl-C; returns its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.output = (self.folder / "house.log").read_text("utf-8", errors="replace")
        return self.process.wait()

    def linli(self, *words: str, check: bool = True) -> str:
        """Run a `linli` command in this house; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "linli.site.cli", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if check and done.returncode:
            raise AssertionError(f"linli {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout
