"""Gateway, worker and PostgreSQL of an installation as processes of their own, which can be killed and started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from linli.site import postgres, secrets
from tests.journeys.house import ROOT, House

ACCOUNTS = ("A001", "A002", "A003", "A004", "A005")
STRANGER = "F009"
OTHERS = ("B001", "B002")


def until(true: Callable[[], object], what: str, seconds: float = 90.0) -> None:
    """Wait until something is so; AssertionError naming it when it is not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


class Installation:
    """A durable server with registered panels. Parts are started and killed by name: «gateway», «worker»."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.extra: dict[str, str] = {}
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.words = {"gateway": ["gateway", "dc09"], "worker": ["worker"], "other worker": ["worker"]}

    def prepare(self) -> None:
        """The database as released, with a registered panel for each account."""
        self.house.folder.mkdir(parents=True)
        self.secrets = secrets.load(self.house.folder)
        self.server = postgres.describe(self.house.folder, self.secrets)
        postgres.start(self.house.folder, self.secrets)
        postgres.prepare(self.server, self.secrets)
        environment = self.house.environment | {"DJANGO_SETTINGS_MODULE": "linli.site.settings"}
        words = [sys.executable, "-m", "tests.kills.furnish", *ACCOUNTS, *OTHERS]
        subprocess.run(words, cwd=ROOT, env=environment, check=True, timeout=200)

    def start(self, part: str) -> None:
        """Start a part; the database knows its connections by the part's name."""
        environment = (
            self.house.environment | {"PGAPPNAME": part, "LINLI_GATEWAY_FRAMES_PER_SECOND": "100000"} | self.extra
        )
        with (self.house.folder / f"{part}.log").open("ab") as log:
            self.parts[part] = subprocess.Popen(
                [sys.executable, "-m", "linli.site.cli", *self.words[part]],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill(self, part: str) -> None:
        """kill -9, if it is there."""
        process = self.parts.pop(part, None)
        if process:
            process.kill()
            process.wait()

    def kill_database(self, *, children: bool) -> None:
        """kill -9 for the postmaster, with all its processes or leaving them to find out."""
        postmaster = postgres.running(self.house.folder)
        found = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        os.kill(postmaster, signal.SIGKILL)
        for child in found if children else []:
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                continue  # it was quicker

    def kill_backend(self, part: str) -> None:
        """kill -9 for one connection's process: PostgreSQL then throws out all others and recovers by itself."""
        found = self.ask("SELECT pid FROM pg_stat_activity WHERE application_name = %s LIMIT 1", part)
        if found:
            os.kill(found[0][0], signal.SIGKILL)

    def start_database(self) -> None:
        """As `linli run` does it."""
        postgres.start(self.house.folder, self.secrets)

    def connect(self) -> psycopg.Connection[Any]:
        """A superuser's connection: it sees every row."""
        return self.server.connect(self.server.database)

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows, or [] while the database is away."""
        try:
            with self.connect() as connection:
                return connection.execute(question, values).fetchall()
        except psycopg.OperationalError:
            return []

    def wait_for_commit(self) -> None:
        """Return at the moment of the next commit to the log (or after five seconds without one)."""
        with self.connect() as connection:
            connection.execute("LISTEN linli_log")
            for _notice in connection.notifies(timeout=5, stop_after=1):
                return

    def listens(self) -> bool:
        """Whether the gateway takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.house.dc09_port)) == 0

    def cursor(self) -> int:
        """How far the rules have read the log; -1 while nobody can say."""
        found = self.ask("SELECT log_id FROM signals_cursor WHERE reader = 'follow'")
        return int(found[0][0]) if found else -1

    def drained(self) -> bool:
        """Whether the rules have read everything and every event has its number."""
        found = self.ask(
            "SELECT COALESCE(max(log_id), 0), (SELECT count(*) FROM base_outbox WHERE event_id IS NULL)"
            " FROM signals_log"
        )
        return bool(found) and found[0] == (self.cursor(), 0)

    def close(self) -> None:
        """End everything."""
        for part in list(self.parts):
            self.kill(part)
        postgres.stop(self.house.folder)
