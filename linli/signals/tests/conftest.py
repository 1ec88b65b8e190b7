"""An alarm panel on a DC-09 line, and envelopes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.registers.models import Asset
from linli.signals.envelope import Envelope
from linli.signals.models import Line

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


def make_asset(number="AL-0001", **fields):
    return Asset.objects.create(
        **{
            "number": number,
            "name": f"演示·系统 {number}",
            "type": "test.panel",
            "area_path": "34.3417.341702",
            "lng": 117.49,
            "lat": 30.66,
            "in_use": DateRange(None, None),
            **fields,
        }
    )


def make_line(asset, identity="3417020001", protocol="dc09", **fields):
    return Line.objects.create(
        protocol=protocol,
        identity=identity,
        asset=asset,
        during=DateTimeTZRange(NOON - timedelta(days=400), None),
        **fields,
    )


@pytest.fixture
def asset(db):
    return make_asset()


@pytest.fixture
def line(asset):
    return make_line(asset, interval_seconds=100)


def envelope(kind="alarm.intrusion", phase="raised", *, at=NOON, source="dc09:3417020001", **fields):
    fields.setdefault("body", f"{kind}|{phase}|{at.isoformat()}".encode())
    fields.setdefault("protocol", source.partition(":")[0])
    return Envelope(source=source, kind=kind, phase=phase, occurred_at=at, received_at=at, **fields)


@pytest.fixture(autouse=True)
def vocabulary():
    """The house's kinds, when `linli.packs` has not installed them."""
    from linli.signals.kinds import HOUSE_KINDS
    from linli.signals.registry import signal_kinds

    with signal_kinds.opened():
        signal_kinds.install(kind for kind in HOUSE_KINDS if kind.key not in signal_kinds)
        yield


@pytest.fixture
def heard(db):
    """The log as this transaction sees it: a function giving its rows (house signals only when asked)."""
    from linli.base import visibility
    from linli.signals.models import Signal

    def rows(house=False):
        with visibility.system():
            found = Signal.objects.all() if house else Signal.objects.exclude(protocol="timer")
            return list(found.order_by("log_id"))

    return rows
