"""Keeping the log: leaves for the months to come, forgetting of those whose time is over, old fingerprints swept."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from linli.base import clock

# How long each class of signals is kept. The function in the database has floors below which nothing is forgotten.
KEPT = {"track": timedelta(days=90), "person": timedelta(days=180), "record": timedelta(days=5 * 365)}


def ensure_partitions() -> int:
    """Make the leaves of this month and the next two; returns how many were made."""
    today = clock.now().date()
    made = 0
    with connection.cursor() as cursor:
        for ahead in (0, 1, 2):
            month = date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
            cursor.execute("SELECT signals_ensure_partitions(%s)", [month])
            made += cursor.fetchone()[0]
    return made


def forget() -> int:
    """Drop the leaves whose whole month is past its time; returns how many."""
    gone = 0
    with connection.cursor() as cursor:
        for retention, kept in KEPT.items():
            cursor.execute("SELECT signals_forget(%s, %s)", [retention, (clock.now() - kept).date()])
            gone += cursor.fetchone()[0]
    return gone


# Word of changes is swept in lumps, for each sweep makes the entrances ask for all their senders anew.
_OLD_WORD = """
DELETE FROM signals_change WHERE at < now() - interval '2 hours'
   AND (SELECT count(*) FROM signals_change WHERE at < now() - interval '2 hours') > 500
"""
_OLD_FINGERPRINTS = """
DELETE FROM signals_seen WHERE fingerprint IN (SELECT fingerprint FROM signals_seen WHERE until < %s LIMIT %s)
"""


def sweep(limit: int = 5000) -> int:
    """Remove fingerprints whose window is over, a few at a time, and old word of changes; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD_WORD)
        gone = cursor.rowcount
        cursor.execute(_OLD_FINGERPRINTS, [clock.now(), limit])
        return gone + cursor.rowcount
