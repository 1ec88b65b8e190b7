"""NATS servers on loopback, as processes of their own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CONFIGURATION = """
server_name: {name}
listen: 127.0.0.1:{port}
http: 127.0.0.1:{monitor}
jetstream {{ store_dir: "{folder}", sync_interval: {sync} }}
{cluster}
"""
TOGETHER = "cluster {{ name: linli, listen: 127.0.0.1:{own}, routes: [{routes}] }}"


def program() -> str | None:
    """nats-server: of the environment, else of the system."""
    own = Path(sys.executable).with_name("nats-server")
    return str(own) if own.exists() else shutil.which("nats-server")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """`count` servers; started, killed and started again by number."""

    def __init__(self, folder: Path, count: int, sync: str = "always") -> None:
        self.folder, self.count, self.sync = folder, count, sync
        self.ports = [(free_port(), free_port(), free_port()) for _ in range(count)]
        self.processes: list[subprocess.Popen[bytes] | None] = [None] * count

    @property
    def urls(self) -> list[str]:
        """For NATS_URL."""
        return [f"nats://127.0.0.1:{client}" for client, _monitor, _own in self.ports]

    @property
    def monitors(self) -> list[str]:
        """For NATS_MONITOR."""
        return [f"http://127.0.0.1:{monitor}" for _client, monitor, _own in self.ports]

    @property
    def environment(self) -> dict[str, str]:
        """What a house needs to use it."""
        return {"NATS_URL": ",".join(self.urls), "NATS_MONITOR": ",".join(self.monitors)}

    def start(self, number: int) -> None:
        """Start one."""
        port, monitor, own = self.ports[number]
        routes = ", ".join(f"nats://127.0.0.1:{other}" for _client, _monitor, other in self.ports)
        text = CONFIGURATION.format(
            name=f"node{number}",
            port=port,
            monitor=monitor,
            folder=self.folder / str(number),
            sync=self.sync,
            cluster=TOGETHER.format(own=own, routes=routes) if self.count > 1 else "",
        )
        path = self.folder / f"{number}.conf"
        path.write_text(text)
        with (self.folder / f"{number}.log").open("ab") as log:
            self.processes[number] = subprocess.Popen([program() or "", "-c", str(path)], stdout=log, stderr=log)

    def open(self) -> Cluster:
        """Start all and wait until they can keep a stream."""
        for number in range(self.count):
            self.start(number)
        self.wait()
        return self

    def wait(self, seconds: float = 60.0) -> None:
        """Until every living server says that it is well."""
        deadline = time.monotonic() + seconds
        for monitor, process in zip(self.monitors, self.processes, strict=True):
            while process and not _well(monitor):
                assert time.monotonic() < deadline, f"{monitor} is not well"
                time.sleep(0.1)

    def kill(self, number: int) -> None:
        """kill -9."""
        process, self.processes[number] = self.processes[number], None
        if process:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End all."""
        for number in range(self.count):
            self.kill(number)


def _well(monitor: str) -> bool:
    try:
        with urllib.request.urlopen(f"{monitor}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False
