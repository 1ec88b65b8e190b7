"""What devices say about themselves becomes somebody's work. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from linli.domains.devices import rules
from linli.rules.declarations import Close, Open
from linli.rules.facts import AssetView, HeardSignal, StateView

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
PANEL = AssetView(uuid4(), "t", "A-1", "演示·主机", "34.3417")


def said(kind: str, phase: str = "raised", minutes: float = 0, **data: object) -> HeardSignal:
    at = NOON + timedelta(minutes=minutes)
    return HeardSignal(1, uuid4(), "dc09", "dc09:1234", kind, phase, at, at, data, False, "registered")


def test_an_unknown_sender_is_to_be_adopted_and_makes_no_alarm():
    decision = rules.unknown_sender(said("alarm.panic"), None, StateView(), NOON)
    assert isinstance(decision, Open) and decision.kind == "devices.adoption"
    assert decision.detail == {"source": "dc09:1234", "protocol": "dc09", "said": "alarm.panic"}


def test_a_fault_opens_and_the_device_ends_it():
    opened = rules.reported_fault(said("fault.power.mains", zone="3"), PANEL, StateView(), NOON)
    closed = rules.reported_fault(said("fault.power.mains", "restored", zone="3"), PANEL, StateView(), NOON)
    assert isinstance(opened, Open) and opened.priority == 4
    assert isinstance(closed, Close) and closed.fold == opened.fold


def test_four_flips_an_hour_are_outages_the_fifth_is_one_fault():
    before = tuple(said(rules.LINK[n % 2], "info", n * 10) for n in range(4))
    assert rules.flapping(said("status.online", minutes=25), PANEL, StateView(before=before[:2]), NOON) is None
    fifth = rules.flapping(
        said("status.online", minutes=45), PANEL, StateView(before=before), NOON + timedelta(minutes=45)
    )
    assert isinstance(fifth, Open) and fifth.kind == "devices.unstable" and fifth.detail == {"flips": 5}


def test_flips_of_long_ago_do_not_count():
    before = tuple(said(rules.LINK[n % 2], "info", n) for n in range(4))
    late = NOON + timedelta(hours=2)
    assert rules.flapping(said("status.online", minutes=120), PANEL, StateView(before=before), late) is None


def test_silence_is_an_outage_unless_a_pack_has_its_own_case():
    assert isinstance(rules.silence(said("status.offline"), PANEL, StateView(), NOON), Open)
    assert isinstance(rules.silence(said("status.online"), PANEL, StateView(), NOON), Close)
    own = AssetView(uuid4(), "t", "A-1", "演示·主机", "34.3417", settings={"own_link_case": True})
    assert rules.silence(said("status.offline"), own, StateView(), NOON) is None


def test_each_code_of_a_device_is_asked_about_once():
    first = rules.unreadable_code(said("unknown", code="ZZ9"), PANEL, StateView(), NOON)
    other = rules.unreadable_code(said("unknown", code="QQ1"), PANEL, StateView(), NOON)
    assert (first.fold, other.fold, first.priority) == ("ZZ9", "QQ1", 4)
