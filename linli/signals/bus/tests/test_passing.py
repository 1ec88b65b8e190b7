"""Over the bus into the log: everything once, whoever falls in between."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.signals import quarantine
from linli.signals.accept import write
from linli.signals.bus import consumer, outward, wire
from linli.signals.bus.client import STREAM, Bus
from linli.signals.bus.consumer import Consumer
from linli.signals.bus.tests.cluster import Cluster
from linli.signals.envelope import Envelope, Passed
from linli.signals.gateways.rim import StoreAway
from linli.signals.models import Quarantine, Signal

pytestmark = pytest.mark.xdist_group("bus")


def alarm(number: int, at: datetime | None = None) -> Envelope:
    now = at or clock.now()
    return Envelope(
        protocol="dc09", source="dc09:A001", kind="alarm.intrusion", phase="raised", occurred_at=now, received_at=now,
        sequence=f"{number:04d}", body=f"{number}".encode(), raw=f"frame {number}".encode(), trust="unregistered",
    )  # fmt: skip


def pass_on(bus: Bus, envelopes: list[Envelope]) -> None:
    """As a gateway does it."""
    outward.attach(bus)
    try:
        with transaction.atomic(), visibility.system():
            assert write(envelopes) == [Passed()] * len(envelopes)
    finally:
        outward.attach(None)


def take_in(reader: Consumer, wanted: int) -> None:
    """Until so many messages are read."""
    done = 0
    for _ in range(40):
        done += reader.run_once()
        if done >= wanted:
            return
    raise AssertionError(f"{done} of {wanted} messages came")


def logged() -> list[str | None]:
    with transaction.atomic(), visibility.system():
        return list(Signal.objects.order_by("log_id").values_list("sequence", flat=True))


def test_what_is_passed_on_stands_in_the_log_in_order_and_once(transactional_db, bus: Bus) -> None:
    """Repeated at once (the bus knows it) or later (the log knows it)."""
    first = [alarm(number) for number in range(30)]
    pass_on(bus, first)
    assert logged() == [], "a gateway with a bus writes nothing itself"
    reader = Consumer(bus)
    take_in(reader, 30)
    assert logged() == [one.sequence for one in first]
    pass_on(bus, first[:10])
    bus.publish(
        [wire.Message(f"{wire.SUBJECT}.dc09", f"later {one.sequence}", wire.message(one).data) for one in first]
    )
    pass_on(bus, [alarm(99)])
    take_in(reader, 31)
    assert logged() == [*(one.sequence for one in first), "0099"]


def test_a_consumer_that_dies_after_its_commit_is_followed_by_one_that_repeats_nothing(
    transactional_db, bus: Bus
) -> None:
    """Signs of life carry no number, so only the place in the stream can tell."""
    now = clock.now()
    beats = [
        Envelope(
            protocol="dc09", source="dc09:A001", kind="status.heartbeat", phase="info", trust="unregistered",
            occurred_at=now + timedelta(seconds=second), received_at=now + timedelta(seconds=second),
        )
        for second in range(5)
    ]  # fmt: skip
    pass_on(bus, [*beats, alarm(1)])
    dies = Consumer(bus)
    dies._clear = lambda: None  # type: ignore[method-assign]  # killed before anything is taken off the stream
    take_in(dies, 6)
    before = _heard()
    assert sum(before) == 6
    follows = Consumer(bus)
    for _ in range(3):
        assert follows.run_once() == 0
    assert _heard() == before and logged().count("0001") == 1
    state = bus.call(bus.stream.stream_info(STREAM), 5)
    assert state.state.messages == 6, "it was all still there to be read twice"


def _heard() -> tuple[int, int, int]:
    """How many were logged, folded (the others of an unknown sender's hour), known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(logged), sum(folded), sum(duplicates) FROM signals_counted")
        return cursor.fetchone()


def test_a_batch_whose_commit_fails_is_read_again(transactional_db, bus: Bus, monkeypatch) -> None:
    """The database goes away in the middle: nothing moved, nothing is missing afterwards."""
    pass_on(bus, [alarm(number) for number in range(10)])
    reader, real = Consumer(bus), consumer._move

    def away(name: str, number: int) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(consumer, "_move", away)
    with pytest.raises(OperationalError):
        take_in(reader, 10)
    monkeypatch.setattr(consumer, "_move", real)
    assert logged() == []
    take_in(reader, 10)
    assert len(logged()) == 10


def test_two_consumers_share_nothing_twice(transactional_db, bus: Bus) -> None:
    """The second finds the number moved and reads behind it."""
    pass_on(bus, [alarm(number) for number in range(10)])
    one, other = Consumer(bus), Consumer(bus)
    one._begin()
    other._begin()
    take_in(one, 10)
    for _ in range(3):
        other.run_once()
    assert len(logged()) == 10
    pass_on(bus, [alarm(10)])
    take_in(other, 1)
    assert len(logged()) == 11


def test_what_cannot_be_taken_in_is_kept_and_stops_nobody(transactional_db, bus: Bus) -> None:
    """Strange bytes on the subject, and word of a frame that the gateway could not read."""
    outward.attach(bus)
    quarantine.note("dc09", "dc09:@10.0.0.1", "bad_crc", b"\nnonsense\r", "tcp")
    outward.attach(None)
    bus.publish([wire.Message(f"{wire.SUBJECT}.dc09", "strange", b"\x00not ours")])
    pass_on(bus, [alarm(1)])
    take_in(Consumer(bus), 3)
    with transaction.atomic(), visibility.system():
        kept = set(Quarantine.objects.values_list("source", "reason"))
    assert kept == {("dc09:@10.0.0.1", "bad_crc"), (STREAM, "bus-unreadable")}
    assert logged() == ["0001"]


def test_while_the_cluster_has_no_majority_nothing_is_acknowledged(
    transactional_db, bus: Bus, cluster: Cluster
) -> None:
    """One of three may fall; with two gone the gateway is silent; when they are back it goes on, nothing lost."""
    reader = Consumer(bus)
    pass_on(bus, [alarm(1)])
    cluster.kill(0)
    try:
        _again(lambda: pass_on(bus, [alarm(2)]))
        cluster.kill(1)
        with pytest.raises(StoreAway):
            pass_on(bus, [alarm(3)])
    finally:
        for number in (0, 1):
            if cluster.processes[number] is None:
                cluster.start(number)
        cluster.wait()
    _again(lambda: pass_on(bus, [alarm(3)]))
    _again(lambda: take_in(reader, 1) if len(logged()) < 3 else None, until=lambda: len(logged()) == 3)
    assert logged() == ["0001", "0002", "0003"]


def _again(work, until=lambda: True) -> None:
    """As the gateway's batcher does it: until it succeeds."""
    from linli.signals.bus.client import BusAway

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            work()
            if until():
                return
        except (StoreAway, BusAway, AssertionError):
            time.sleep(0.2)
    raise AssertionError("it never succeeded")
