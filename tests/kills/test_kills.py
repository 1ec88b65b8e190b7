"""Goal R1: gateway, worker and PostgreSQL are killed at random under load; nothing acknowledged is lost or doubled.

The list of acknowledgements is kept by the sender, in another process. The rules come to the same: every signal is
judged exactly once.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kills.house import ROOT, House

ACCOUNTS = [f"{7000 + number}" for number in range(8)]
JUDGED = """
SELECT (SELECT COALESCE(max(log_id), 0) FROM signals_log) = (SELECT log_id FROM signals_cursor WHERE reader = 'follow')
"""
FAULTS = """
SELECT a.number, c.signals, (SELECT count(*) FROM signals_log l WHERE l.asset_id = a.id AND l.kind = 'fault.power.mains')
FROM cases_case c JOIN registers_asset a ON a.id = c.asset_id WHERE c.kind_id = 'devices.fault' ORDER BY 1
"""


@pytest.fixture
def house():
    """A house that ends with the test, in a folder that the database's own account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="linli-kills-"))
    folder.chmod(0o755)
    opened = House(folder / "var")
    try:
        opened.open(ACCOUNTS)
        yield opened
    finally:
        opened.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(5400)
@pytest.mark.parametrize("rounds", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_nothing_acknowledged_is_lost_or_doubled(house, tmp_path, rounds):
    chance = random.Random(rounds)
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.kills.sender", str(house.port), str(ledger), *ACCOUNTS],
        cwd=ROOT, env=house.environment,
    )  # fmt: skip
    try:
        for _round in range(rounds):
            time.sleep(chance.uniform(0.1, 0.7))
            victim = chance.choice(("gateway", "worker", "postgres"))
            # The worst moment is between the commit and its acknowledgement.
            if victim == "gateway" and chance.random() < 0.7:
                house.wait_for_commit()
            house.kill(victim)
    finally:
        (ledger / "stop").touch()
    assert sender.wait(timeout=120) == 0
    _check(house, ledger)


def _check(house: House, ledger: Path) -> None:
    lines = [line.split() for account in ACCOUNTS for line in (ledger / account).read_text().splitlines()]
    sent = {line[1] for line in lines if line[0] == "S"}
    acknowledged = [line[1] for line in lines if line[0] == "A"]
    assert len(acknowledged) == len(set(acknowledged)) > 50
    kept = Counter(raw for (raw,) in house.ask("SELECT encode(raw, 'hex') FROM signals_log WHERE protocol = 'dc09'"))
    assert [frame for frame in acknowledged if kept[frame] != 1] == []
    assert {frame for frame, count in kept.items() if count != 1 or frame not in sent} == set()
    tests, answered = sum(line[0] == "T" for line in lines), sum(line[0] == "L" for line in lines)
    ((folded,),) = house.ask("SELECT COALESCE(sum(count), 0) FROM signals_foldedcount")
    assert answered <= folded <= tests
    assert house.ask_patiently(JUDGED, [(True,)]) == [(True,)]
    faults = house.ask(FAULTS)
    assert len(faults) == len(ACCOUNTS)
    assert [row for row in faults if row[1] != row[2]] == []
