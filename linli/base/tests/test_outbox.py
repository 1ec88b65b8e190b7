"""The outbox: ids rise in the order in which rows can be seen; a late commit is never skipped."""

import threading

import pytest
from django.db import connection, transaction

from linli.base import outbox


def test_emit_needs_the_transaction_of_the_act(transactional_db):
    with pytest.raises(RuntimeError):
        outbox.emit("case.opened", {})


def test_a_late_commit_is_not_skipped(transactional_db):
    """A transaction that began first and commits last gets the later number, so no reader passes over it."""
    begun, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            outbox.emit("slow", {"began": "first"})
            begun.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    with transaction.atomic():
        outbox.emit("quick", {})
    assert outbox.relay() == 1
    seen = outbox.after(0)
    assert [event.topic for event in seen] == ["quick"]
    may_commit.set()
    thread.join()
    assert outbox.relay() == 1
    assert [event.topic for event in outbox.after(seen[-1].event_id)] == ["slow"]


def test_one_relay_at_a_time(transactional_db):
    with transaction.atomic():
        outbox.emit("one", {})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [outbox._LEASE])
        found = []
        thread = threading.Thread(target=lambda: (found.append(outbox.relay()), connection.close()))
        thread.start()
        thread.join()
    assert found == [0]
    assert outbox.relay() == 1


def test_numbers_have_no_gap_and_survive_the_sweep(transactional_db):
    for _ in range(3):
        with transaction.atomic():
            outbox.emit("tick", {})
            outbox.emit("tock", {})
        outbox.relay()
    assert [event.event_id for event in outbox.after(0)] == [1, 2, 3, 4, 5, 6]
    outbox.sweep()
    assert outbox.last_id() == 6
