"""The log: append-only, partitioned, read by area, forgotten by whole months only."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from psycopg.types.range import TimestamptzRange


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def test_the_application_can_neither_change_nor_remove_what_was_heard(db):
    for attempt in (
        "UPDATE signals_log SET kind = 'other'",
        "DELETE FROM signals_log",
        "TRUNCATE signals_log",
        "DROP TABLE signals_log",
    ):
        with pytest.raises(ProgrammingError):
            run(attempt)


def test_a_leaf_is_filled_but_never_read_around_the_policy(db):
    leaf = run("SELECT relname FROM pg_class WHERE relname ~ '^signals_log_record_[0-9]+$' LIMIT 1")[0][0]
    with pytest.raises(ProgrammingError):
        run(f"SELECT * FROM {leaf}")
    with pytest.raises(ProgrammingError):
        run(f"DELETE FROM {leaf}")


def test_a_month_is_made_once_with_a_leaf_for_each_retention(db):
    assert run("SELECT signals_ensure_partitions('2030-02-14')") == [(3,)]
    assert run("SELECT signals_ensure_partitions('2030-02-28')") == [(0,)]
    leaves = run("SELECT relname FROM pg_class WHERE relname ~ '_203002$' AND relkind = 'r' ORDER BY 1")
    assert [name for (name,) in leaves] == [f"signals_log_{kind}_203002" for kind in ("person", "record", "track")]


def test_forgetting_drops_whole_months_and_never_before_the_floor(db):
    run("SELECT signals_ensure_partitions('2019-05-01'), signals_ensure_partitions('2019-06-01')")
    assert run("SELECT signals_forget('track', '2019-06-15')") == [(1,)]
    assert run("SELECT to_regclass('signals_log_track_201905'), to_regclass('signals_log_track_201906')::text") == [
        (None, "signals_log_track_201906")
    ]
    assert run("SELECT to_regclass('signals_log_record_201905')::text") == [("signals_log_record_201905",)]
    for kind in ("track", "person", "record", "everything"):
        with pytest.raises(DatabaseError):
            run("SELECT signals_forget(%s, current_date - 10)", kind)


def test_history_holds_one_value_of_a_condition_at_a_time(db, asset):
    from linli.signals.models import Interval

    Interval.objects.create(asset=asset, what="presence", value="online", during=TimestamptzRange(None, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        Interval.objects.create(asset=asset, what="presence", value="offline", during=TimestamptzRange(None, None))
