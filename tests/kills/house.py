"""A house of three processes (PostgreSQL, gateway, worker) that can each be killed and started again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from linli.site import postgres, secrets

ROOT = Path(__file__).resolve().parents[2]
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
REGISTER = """
import sys
import django
django.setup()
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from linli.base import visibility
from linli.registers.models import Asset
from linli.signals.models import Line
with visibility.system():
    for account in sys.argv[1:]:
        asset = Asset.objects.create(number=account, name=f"演示·{account}", type="test.panel",
                                     area_path="34.3417.341702", in_use=DateRange(None, None))
        Line.objects.create(protocol="dc09", identity=account, asset=asset, during=DateTimeTZRange(None, None))
"""


class House:
    """Durable PostgreSQL under `folder`, the DC-09 gateway on `port`, the worker."""

    def __init__(self, folder: Path) -> None:
        # An orphaned postmaster becomes our child, so that its process id is free as soon as it is dead.
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)
        folder.mkdir(mode=0o755, parents=True)
        self.folder = folder
        self.secrets = secrets.load(folder)
        self.server = postgres.describe(folder, self.secrets)
        self.port = _free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of this house."""
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "LINLI_POOL")}
        return kept | {
            "LINLI_VAR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "linli.site.settings",
            "PYTHONPATH": str(ROOT),
            "LINLI_GATEWAY_FRAMES_PER_SECOND": "100000",
            "LINLI_LOG": "CRITICAL",
        }

    def open(self, accounts: list[str]) -> None:
        """Make the database, register the accounts, start gateway and worker."""
        self.start_postgres()
        postgres.prepare(self.server, self.secrets)
        subprocess.run([sys.executable, "-m", "linli.site.cli", "migrate"], cwd=ROOT, env=self.environment, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        subprocess.run([sys.executable, "-c", REGISTER, *accounts], cwd=ROOT, env=self.environment, check=True)
        self.start("gateway")
        self.start("worker")

    def start(self, name: str) -> None:
        """Start gateway or worker; the gateway is waited for."""
        words = {"gateway": ["gateway", "dc09", "--port", str(self.port)], "worker": ["worker"]}[name]
        command = [sys.executable, "-m", "linli.site.cli", *words]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while name == "gateway" and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def start_postgres(self) -> None:
        """Start the server; after a kill its last processes may still be on their way out."""
        for attempt in range(20):
            try:
                return postgres.start(self.folder, self.secrets)
            except postgres.PostgresFault:
                if attempt == 19:
                    raise
                time.sleep(0.3)

    def kill(self, victim: str) -> None:
        """kill -9, then start it again."""
        if victim == "postgres":
            pid = postgres.running(self.folder)
            os.kill(pid, signal.SIGKILL)
            _wait_until_gone(pid)
            self.start_postgres()
            return
        process = self.processes[victim]
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.start(victim)

    def wait_for_commit(self) -> None:
        """Return at the moment of the next commit to the log (or after five seconds without one)."""
        with self.server.connect(self.server.database) as connection:
            connection.execute("LISTEN linli_log")
            for _notice in connection.notifies(timeout=5, stop_after=1):
                return

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.kill()
            process.wait()
        postgres.stop(self.folder)

    def ask(self, sql: str) -> list[tuple]:
        """As the administrator, who sees every row."""
        with self.server.connect(self.server.database) as connection:
            return connection.execute(sql).fetchall()

    def ask_patiently(self, sql: str, wanted: list[tuple], seconds: float = 90) -> list[tuple]:
        """Ask until the answer is `wanted`, so long at most; the last answer."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.ask(sql)
            except psycopg.OperationalError:
                answer = []
            if answer == wanted or time.monotonic() > deadline:
                return answer
            time.sleep(0.2)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
