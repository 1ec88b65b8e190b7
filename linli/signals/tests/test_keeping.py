"""Keeping the log: months ahead, months past, fingerprints whose window is over."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from linli.base import clock
from linli.signals import keeping
from linli.signals.accept import accept
from linli.signals.models import Seen

from .conftest import NOON, envelope


def leaves(month):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE %s", [f"signals_log_%{month}"]
        )
        return cursor.fetchone()[0]


def test_this_month_and_the_next_two_are_there_across_the_turn_of_the_year(db):
    with clock.at(datetime(2031, 11, 30, 23, 59, tzinfo=UTC)):
        assert keeping.ensure_partitions() == 9 and keeping.ensure_partitions() == 0
    assert (leaves("203111"), leaves("203112"), leaves("203201")) == (3, 3, 3)


def test_a_month_nobody_foresaw_is_made_when_it_is_heard(line, heard):
    accept([envelope(at=datetime(2041, 1, 31, 23, 59, 59, tzinfo=UTC))])
    assert leaves("204101") == 3 and len(heard()) == 1


def test_forgetting_keeps_each_class_for_its_own_time(db):
    months = {
        name: (clock.now() - timedelta(days=days)).strftime("%Y%m") for name, days in (("half", 250), ("six", 2300))
    }
    with connection.cursor() as cursor:
        for month in months.values():
            cursor.execute("SELECT signals_ensure_partitions(to_date(%s, 'YYYYMM'))", [month])
    assert keeping.forget() == 5
    assert (leaves(months["half"]), leaves(months["six"])) == (1, 0)


def test_fingerprints_are_swept_after_their_window_and_not_before(line):
    accept([envelope(sequence=str(number)) for number in range(3)])
    with clock.at(NOON + timedelta(minutes=9)):
        assert keeping.sweep() == 0
    with clock.at(NOON + timedelta(minutes=11)):
        assert keeping.sweep(2) == 2 and keeping.sweep(2) == 1
    assert not Seen.objects.exists()
