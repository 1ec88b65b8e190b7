"""Simulated panels against the real gateway over real sockets: the sender's sums are the house's."""

import random
import threading

import pytest
import uvloop
from django.db import connection

from linli.base import clock
from linli.signals import sums
from linli.signals.gateways.admission import Limits
from linli.signals.gateways.dc09 import server
from linli.signals.gateways.dc09.simulator import FLEET, RUBBISH, account
from linli.signals.gateways.dc09.tests.test_server import Running, heard, vocabulary  # noqa: F401
from linli.signals.models import AssetState, Quarantine
from linli.signals.simulating.pacing import Step
from linli.signals.simulating.running import Plan, Run

pytestmark = [pytest.mark.timeout(120)]
MIX = {"heartbeat": 4, "routine": 3, "alarm": 2, "restore": 1}


@pytest.fixture
def gateway(transactional_db, vocabulary, monkeypatch):  # noqa: F811
    monkeypatch.setattr(server, "limits_of", lambda _environment: Limits(per_address=1e6, burst=1e6))
    FLEET.register(12)
    with Running() as running:
        yield running


def simulate(gateway, **options):
    plan = {
        "protocol": "dc09", "host": "127.0.0.1", "port": gateway.port, "transport": "tcp", "devices": 12,
        "steps": (Step(1.0, 150),), "mix": MIX, "again_after": 30.0,
    }  # fmt: skip
    run = Run(Plan(**(plan | options)), FLEET)
    report = uvloop.run(run.go())
    return run, report


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_what_was_acknowledged_is_logged_folded_or_a_repetition(gateway, transport):
    _run, report = simulate(gateway, transport=transport, repeat=0.2)
    total, kept = report["total"], sums.sums()["dc09"]
    assert total["sent"] > 100 and total["unanswered"] == total["refused"] == 0
    assert total["acknowledged"] == total["sent"]
    assert kept.together == total["signals"] and kept.quarantined == 0
    assert kept.logged + kept.folded + kept.duplicates == total["acknowledged"] + total["again"]
    assert kept.duplicates > 0 and kept.folded > 0
    assert len(heard()) == kept.logged
    # Every third panel encrypts: all are known and heard.
    assert AssetState.objects.filter(presence="online", asset__number__startswith="SIM-DC09-").count() == 12


def test_in_pieces_and_among_rubbish_the_sums_still_come_out(gateway):
    """What is broken costs its own connection at most; each bad frame that is one stands in quarantine."""
    _run, report = simulate(gateway, bad=0.1, chunks=True, steps=(Step(2.0, 60),))
    kept, rubbish = sums.sums()["dc09"], report["by_what"]["rubbish"]
    assert rubbish["sent"] > 3 and rubbish["unasked"] == rubbish["sent"]
    assert report["total"]["unanswered"] == 0
    assert kept.quarantined == sum(row.count for row in Quarantine.objects.filter(protocol="dc09"))
    assert kept.logged + kept.folded + kept.duplicates >= report["total"]["acknowledged"]


def test_a_gateway_that_goes_away_gets_everything_when_it_is_back(transactional_db, vocabulary, monkeypatch):  # noqa: F811
    """The lines break, the panels call again and send what was not acknowledged: nothing is lost, nothing twice."""
    monkeypatch.setattr(server, "limits_of", lambda _environment: Limits(per_address=1e6, burst=1e6))
    FLEET.register(5)
    first = Running().__enter__()
    again = []

    def change_over():
        first.__exit__()
        again.append(Running(first.port).__enter__())

    timer = threading.Timer(1.0, change_over)
    timer.start()
    try:
        _run, report = simulate(first, devices=5, steps=(Step(4.0, 60),))
    finally:
        timer.join()
        again[0].__exit__()
    kept, total = sums.sums()["dc09"], report["total"]
    assert report["lines"]["cut"] >= 5 and report["lines"]["opened"] >= 10
    assert total["unanswered"] == 0 and total["acknowledged"] == total["sent"]
    signals = [row for row in heard() if row.kind != "status.heartbeat"]
    assert len(signals) == sum(report["by_what"][what]["acknowledged"] for what in ("routine", "alarm", "restore"))
    assert total["acknowledged"] <= kept.together <= total["sent"] + total["resent"]


def test_each_sort_of_rubbish_counts_what_the_house_keeps_of_it(gateway):
    """`Say.counts` of a bad frame is the rows in quarantine, where it is certain."""
    panel = FLEET.device(1, random.Random(1))
    for make in RUBBISH:
        said = make(panel._frame(clock.now()), random.Random(2))
        assert said.key is None and said.what == "rubbish"
        if said.counts:
            before = sums.sums().get("dc09", sums.Sums())
            _send(gateway.port, said.data)
            assert (sums.sums()["dc09"] - before).quarantined == said.counts, make.__name__


def _send(port, data):
    import socket
    import time

    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        while line.recv(4096):
            pass
    deadline = time.monotonic() + 10
    while not Quarantine.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    connection.close()


def test_the_same_number_is_always_the_same_panel():
    assert FLEET.device(7, random.Random(1)).identity == FLEET.device(7, random.Random(9)).identity == account(7)
    first, second = (FLEET.device(4, random.Random(5)) for _ in range(2))
    now = clock.now()
    assert [first.tell("alarm", now)[0].data for _ in range(3)] == [second.tell("alarm", now)[0].data for _ in range(3)]


def test_registering_twice_makes_nothing_new(db):
    assert FLEET.register(6) == 6
    assert FLEET.register(8) == 2
