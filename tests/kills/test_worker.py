"""Workers that die, wait for each other, and lose their lease: the log is read on where the last commit left it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator

import pytest

from tests.kills import sender
from tests.kills.installation import OTHERS, Installation, until

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(300)]
BLOCKED = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"
WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'other worker' AND query ~ 'pg_try_advisory_lock'"
LEASE = (
    "SELECT a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %s"
)


@pytest.fixture
def house(installation: Installation) -> Iterator[Installation]:
    """With its gateway at work and no worker."""
    installation.start("gateway")
    until(installation.listens, "the gateway listens")
    yield installation
    for part in list(installation.parts):
        installation.kill(part)


def test_a_worker_killed_in_the_middle_of_a_batch_repeats_and_loses_nothing(house: Installation) -> None:
    """It has counted the alarms of one panel and waits for the case of another when it dies."""
    first, second = OTHERS
    house.start("worker")
    _say(house, first, 1)
    _say(house, second, 1)
    until(lambda: house.drained() and len(_counted(house)) >= 2, "a case for each")
    house.kill("worker")
    before = _counted(house)
    with house.connect() as blocker, blocker.transaction():
        _say(house, first, 20)
        _say(house, second, 20)
        blocker.execute(
            "SELECT c.id FROM cases_case c JOIN signals_line l USING (asset_id) WHERE l.identity = %s FOR UPDATE OF c",
            [second],
        )
        house.start("worker")
        until(lambda: house.ask(BLOCKED, "worker"), "the worker is inside a batch")
        house.kill("worker")
    assert _counted(house) == before, "half a batch is kept"
    house.start("worker")
    until(house.drained, "the rules have read the whole log")
    assert _counted(house) == before | {first: before[first] + 20, second: before[second] + 20}


def test_a_second_worker_waits_for_the_lease_and_takes_over(house: Installation) -> None:
    """Only one works at a time, also when the lease is lost while its holder lives."""
    from linli.site.worker import LEASE as NUMBER

    def holders() -> list[str]:
        return [name for name, _pid in house.ask(LEASE, NUMBER)]

    house.start("worker")
    until(lambda: holders() == ["worker"], "the first has the lease")
    house.start("other worker")
    until(lambda: house.ask(WAITING), "the second has asked for the lease")
    assert holders() == ["worker"]
    _say(house, OTHERS[0], 5)
    until(house.drained, "the first works")
    ((_name, pid),) = house.ask(LEASE, NUMBER)
    house.ask("SELECT pg_terminate_backend(%s)", pid)
    until(lambda: any(number != pid for _name, number in house.ask(LEASE, NUMBER)), "somebody has the lease again")
    holder = holders()[0]
    house.kill(holder)
    other = next(name for name in ("worker", "other worker") if name != holder)
    until(lambda: holders() == [other], "the other takes over")
    _say(house, OTHERS[0], 5)
    until(house.drained, "the other works")
    assert house.parts[other].poll() is None
    house.parts[other].send_signal(signal.SIGTERM)
    assert house.parts.pop(other).wait(20) == 0


def _counted(house: Installation) -> dict[str, int]:
    """How many alarms the case of each panel has counted."""
    return dict(
        house.ask(
            "SELECT l.identity, c.signals::int FROM cases_case c JOIN signals_line l USING (asset_id)"
            " WHERE c.kind_id = 'networked_alarms.alarm'"
        )
    )


_said = iter(range(1, 10_000))


def _say(house: Installation, account: str, count: int) -> None:
    """So many alarms, each acknowledged."""
    with socket.create_connection(("127.0.0.1", house.house.dc09_port), 20) as line:
        for _ in range(count):
            line.sendall(sender.alarm(account, 100_000 + next(_said)))
            assert sender.ANSWER.fullmatch(line.recv(1024))
