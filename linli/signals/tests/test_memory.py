"""What an entrance remembers of senders never outlives a change, whoever makes it; order holds between processes."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.base import visibility
from linli.signals import senders
from linli.signals.accept import accept
from linli.signals.envelope import Accepted
from linli.signals.models import AssetState, Line, Signal

from .conftest import NOON, envelope, make_asset, make_line

SECOND = timedelta(seconds=1)
_count = iter(range(10_000))


def hear(source="dc09:3417020001", at=NOON, kind="test.manual"):
    """The row that a new signal of `source` becomes."""
    [verdict] = accept([envelope(kind, "info", source=source, at=at, body=b"%d" % next(_count))])
    with visibility.system():
        return Signal.objects.get(id=verdict.id)


@pytest.fixture
def panel(transactional_db):
    return make_line(make_asset())


def test_a_sender_is_remembered_and_a_new_line_counts_at_once(panel):
    assert hear().asset_id == panel.asset_id
    assert hear("dc09:new").asset_id is None
    second = make_line(make_asset("AL-2"), "new")
    assert hear("dc09:new").asset_id == second.asset_id


def test_a_line_that_moves_to_another_asset(panel):
    hear()
    other = make_asset("AL-2")
    Line.objects.update(during=DateTimeTZRange(panel.during.lower, NOON + SECOND))
    make_line(other, panel.identity + "x")
    Line.objects.filter(asset=other).update(identity=panel.identity, during=DateTimeTZRange(NOON + SECOND, None))
    assert hear(at=NOON).asset_id == panel.asset_id
    assert hear(at=NOON + SECOND).asset_id == other.pk


def test_an_asset_that_moves(panel):
    hear()
    type(panel.asset).objects.update(area_path="34.3417.341721", lng=117.1)
    row = hear()
    assert (row.area_path, row.lng) == ("34.3417.341721", 117.1)


def test_a_change_that_is_taken_back_is_no_change(panel):
    hear()
    with transaction.atomic():
        Line.objects.update(identity="other")
        transaction.set_rollback(True)
    assert hear().asset_id == panel.asset_id


def test_what_a_batch_that_was_taken_back_thought_is_forgotten(panel):
    from linli.signals.accept import write

    with transaction.atomic():
        write([envelope("test.manual", "info")])
        assert AssetState.objects.get().presence == "online"
        transaction.set_rollback(True)
    assert not AssetState.objects.exists()
    hear()
    assert AssetState.objects.get().presence == "online"


def test_presence_changed_by_another_process_is_known(panel):
    hear()
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE signals_assetstate SET presence = 'offline'")
        cursor.execute("INSERT INTO signals_change (asset_ids) VALUES (ARRAY[%s])", [panel.asset_id])
    hear(at=NOON + SECOND)
    assert AssetState.objects.get().presence == "online"
    with visibility.system():
        assert Signal.objects.filter(kind="status.online").count() == 2


def test_swept_word_of_changes_costs_memory_and_nothing_else(panel):
    hear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM signals_change")
    assert hear().asset_id == panel.asset_id


def test_entrances_side_by_side_number_the_log_in_the_order_of_commit(panel):
    """A reader that only ever looks behind the highest number it saw misses nothing."""
    seen, done, faults = [], threading.Event(), []

    def send(number):
        try:
            for place in range(15):
                kind = "alarm.intrusion" if place % 2 else "status.heartbeat"
                verdicts = accept(
                    [envelope(kind, source=f"dc09:s{number}", sequence=f"{place}-{item}") for item in range(7)]
                )
                assert place % 2 == 0 or all(isinstance(verdict, Accepted) for verdict in verdicts)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    def follow():
        last = 0
        try:
            while not (done.is_set() and last == _last()):
                with visibility.system():
                    rows = list(
                        Signal.objects.filter(log_id__gt=last).order_by("log_id").values_list("log_id", flat=True)
                    )
                seen.extend(rows)
                last = rows[-1] if rows else last
        finally:
            connection.close()

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join(60)
    with visibility.system():
        everything = list(Signal.objects.order_by("log_id").values_list("log_id", flat=True))
    assert faults == [] and seen == everything and len(set(everything)) == len(everything) > 200


def _last():
    with visibility.system():
        return Signal.objects.order_by("-log_id").values_list("log_id", flat=True).first() or 0


def test_memory_is_bounded(panel, monkeypatch):
    monkeypatch.setattr(senders, "MOST_REMEMBERED", 10)
    for number in range(40):
        accept([envelope("test.manual", "info", source=f"dc09:unknown{number}")])
    [memory] = senders._memories.values()
    assert len(memory.entries) <= 12
