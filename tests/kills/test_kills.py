"""kill -9 of gateway, worker and PostgreSQL at random under load: what was acknowledged is there exactly once.

The frames and their acknowledgements are the sender's, a process outside the house; the house is asked at the end.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kills import sender
from tests.kills.installation import ACCOUNTS, STRANGER, Installation, until

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(7200)]
VICTIMS = ("gateway", "worker", "postmaster", "postmaster and all", "a backend", "gateway and postmaster")


@dataclass
class Sender:
    """The sending program and its ledger."""

    process: subprocess.Popen[bytes]
    ledger: Path

    @classmethod
    def start(cls, installation: Installation, rate: float) -> Sender:
        """All panels speak, and one that nobody registered."""
        ledger = installation.house.folder.parent / "ledger"
        words = [sys.executable, sender.__file__, str(installation.house.dc09_port), str(ledger), *ACCOUNTS, STRANGER]
        return cls(subprocess.Popen([*words, "--rate", str(rate)]), ledger)

    def acknowledged(self) -> int:
        """How long the ledger is, in bytes."""
        return self.ledger.stat().st_size if self.ledger.exists() else 0

    def finish(self) -> list[list[str]]:
        """Let it send what is left; the ledger."""
        self.process.terminate()
        assert self.process.wait(120) == 0, "the sender got no answer to some frames"
        return [line.split() for line in self.ledger.read_text().splitlines()]


@pytest.fixture
def running(installation: Installation) -> Iterator[Installation]:
    """With gateway and worker at work."""
    installation.start("gateway")
    installation.start("worker")
    until(installation.listens, "the gateway listens")
    until(lambda: installation.cursor() >= 0, "the worker reads the log")
    yield installation
    installation.kill("gateway")
    installation.kill("worker")


@pytest.mark.parametrize("rounds", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_whatever_is_killed_what_was_acknowledged_is_there_exactly_once(running: Installation, rounds: int) -> None:
    """Every kill falls into a working house: frames are acknowledged again and rules read on before the next."""
    seed = int(os.environ.get("LINLI_KILL_SEED", "20260520"))
    chance = random.Random(seed)
    print(f"seed {seed} (LINLI_KILL_SEED)")
    panels = Sender.start(running, 12.0)
    try:
        for number, victim in enumerate(_victims(chance, rounds)):
            until(_progress(panels.acknowledged), f"an acknowledgement before kill {number}")
            until(_progress(running.cursor), f"a decision before kill {number}")
            time.sleep(chance.uniform(0.0, 0.3))
            print(f"kill {number}: {victim}")
            _kill(running, victim, chance)
        until(_progress(panels.acknowledged), "an acknowledgement after the last kill")
        ledger = panels.finish()
    finally:
        panels.process.kill()
        panels.process.wait()
    until(running.drained, "the rules have read the whole log", 300)
    _check_the_log(running, ledger)
    _check_the_heartbeats(running, ledger)
    _check_the_cases(running)
    _check_the_order(running)


def _victims(chance: random.Random, rounds: int) -> list[str]:
    """Each kind as often as the others, in random order."""
    order = [VICTIMS[number % len(VICTIMS)] for number in range(rounds)]
    chance.shuffle(order)
    return order


def _progress(count: Callable[[], int]) -> Callable[[], bool]:
    """Whether `count` has risen since now (-1: it cannot be asked)."""
    start: list[int] = []

    def risen() -> bool:
        now = count()
        if not start and now >= 0:
            start.append(now)
        return bool(start) and now > start[0]

    return risen


def _kill(house: Installation, victim: str, chance: random.Random) -> None:
    """kill -9, a moment of peace for the dead, start again."""
    if victim == "a backend":
        house.kill_backend(chance.choice(["gateway", "worker"]))
        return
    if chance.random() < 0.5:  # the worst moment for a gateway: committed, not yet acknowledged
        house.wait_for_commit()
    parts = [part for part in ("gateway", "worker") if part in victim]
    for part in parts:
        house.kill(part)
    if "postmaster" in victim:
        house.kill_database(children=chance.random() < 0.5 or "all" in victim)
    time.sleep(chance.uniform(0.0, 0.3))
    for part in parts:
        house.start(part)
    if "postmaster" in victim:
        house.start_database()


def _check_the_log(house: Installation, ledger: list[list[str]]) -> None:
    acknowledged = Counter(row[4] for row in ledger if row[:2] == ["ack", "EVENT"])
    assert [row for row in ledger if row[0] == "odd"] == []
    assert [frame for frame, count in acknowledged.items() if count > 1] == []
    assert len(acknowledged) == sum(int(row[2]) for row in ledger if row[0] == "said") > 0
    logged = Counter(
        frame
        for (frame,) in house.ask(
            "SELECT encode(raw, 'hex') FROM signals_log WHERE source = ANY(%s) AND kind <> 'status.heartbeat'",
            [f"dc09:{account}" for account in (*ACCOUNTS, STRANGER)],
        )
    )
    assert [frame for frame, count in logged.items() if count > 1] == [], "in the log twice"
    assert acknowledged.keys() - logged.keys() == set(), "acknowledged and lost"
    assert logged.keys() - acknowledged.keys() == set(), "never said"
    assert house.ask("SELECT source, reason, detail FROM signals_quarantine") == []


def _check_the_heartbeats(house: Installation, ledger: list[list[str]]) -> None:
    """Heartbeats carry no number: each that was acknowledged is counted, and none more often than it was sent."""
    counted = dict(
        house.ask(
            "SELECT l.identity, sum(f.count)::int FROM signals_foldedcount f JOIN signals_line l USING (asset_id)"
            " GROUP BY l.identity"
        )
    )
    acknowledged = Counter(row[2] for row in ledger if row[:2] == ["ack", "BEAT"])
    sent = {row[1]: int(row[3]) for row in ledger if row[0] == "said"}
    for account in ACCOUNTS:
        assert 0 < acknowledged[account] <= counted[account] <= sent[account]


def _check_the_cases(house: Installation) -> None:
    """One case for each panel, and its counter is the number of its alarms in the log; one for the stranger."""
    alarms = dict(
        house.ask(
            "SELECT source, count(*) FROM signals_log WHERE kind = 'alarm.intrusion' AND source = ANY(%s) GROUP BY 1",
            [f"dc09:{account}" for account in ACCOUNTS],
        )
    )
    cases = house.ask(
        "SELECT 'dc09:' || l.identity, c.signals::bigint FROM cases_case c JOIN signals_line l USING (asset_id)"
        " WHERE c.kind_id = 'networked_alarms.alarm' AND l.identity = ANY(%s)",
        list(ACCOUNTS),
    )
    assert len(cases) == len(dict(cases)), "more than one case of a fold"
    assert dict(cases) == alarms and len(alarms) == len(ACCOUNTS)
    said = house.ask("SELECT count(*) FROM signals_log WHERE source = %s", f"dc09:{STRANGER}")
    adoption = house.ask("SELECT signals::bigint FROM cases_case WHERE kind_id = 'devices.adoption'")
    assert adoption == said
    assert house.ask("SELECT kind_id, count(*) FROM cases_case WHERE kind_id = 'devices.unstable' GROUP BY 1") == []
    assert house.ask("SELECT rule, error FROM rules_rulefailure") == []


def _check_the_order(house: Installation) -> None:
    """Case numbers and event numbers without gaps; each panel came online once, and one open interval says so."""
    assert house.ask("SELECT sum(last)::bigint FROM cases_numbercounter") == house.ask(
        "SELECT count(*) FROM cases_case"
    )
    ((least, most, count),) = house.ask(
        "SELECT min(event_id), max(event_id), count(DISTINCT event_id) FROM base_outbox"
    )
    assert (least, most) == (1, count)
    for table, condition in (("signals_log", "kind = 'status.online'"), ("signals_interval", "what = 'presence'")):
        found = house.ask(
            f"SELECT l.identity, count(*)::int FROM {table} JOIN signals_line l USING (asset_id)"
            f" WHERE {condition} AND l.identity = ANY(%s) GROUP BY 1 ORDER BY 1",
            list(ACCOUNTS),
        )
        assert found == [(account, 1) for account in ACCOUNTS]
