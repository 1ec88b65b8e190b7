"""Decisions that wait for their time, and devices that flap."""

from __future__ import annotations

from datetime import timedelta

from linli.base import clock, visibility
from linli.cases.models import Case
from linli.rules import engine, timer
from linli.rules.declarations import Close, Open, Rule
from linli.rules.models import Held, RuleFailure
from linli.rules.registry import rules
from linli.signals.accept import accept
from linli.signals.envelope import Envelope

from .test_engine import hydrant  # noqa: F401

pytest_plugins = ["tests.specimen_pack.fixtures"]
MINUTE = timedelta(minutes=1)


def say(kind, phase, at, **values):
    accept(
        [
            Envelope(
                protocol="dc09", source="dc09:1234", kind=kind, phase=phase, occurred_at=at, received_at=at,
                sequence=at.isoformat(), body=f"{kind}{phase}".encode(), values=values,
            )
        ]
    )  # fmt: skip
    with clock.at(at):
        while engine.run_once():
            pass


def cases(kind="specimen_pack.fault"):
    with visibility.system():
        return list(Case.objects.filter(kind_id=kind).order_by("opened_at"))


def fire(at):
    with clock.at(at):
        return timer.fire_due()


def waiting(signal, asset, state, now):
    """Must persist for two minutes."""
    if signal.phase == "restored":
        return Close(kind="specimen_pack.fault", transition="pressure_back")
    return Open(kind="specimen_pack.fault", detail={"fault": "dry"}, after=2 * MINUTE)


def at_once(signal, asset, state, now):
    if signal.phase == "restored":
        return Close(kind="specimen_pack.fault", transition="pressure_back")
    return Open(kind="specimen_pack.fault", detail={"fault": "dry"})


def test_a_held_decision_is_carried_out_by_the_timer_with_nothing_more_heard(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.waiting", on=("state.bypassed",), decide=waiting)])
    now = clock.now()
    say("state.bypassed", "raised", now)
    assert cases() == [] and fire(now + 2 * MINUTE - timedelta(microseconds=1)) == 0
    assert fire(now + 2 * MINUTE) == 1
    (case,) = cases()
    with visibility.system():
        assert case.timeline.get(what="rule.opened").data["rule"] == "specimen_pack.waiting"
    assert Held.objects.count() == 0 and fire(now + 9 * MINUTE) == 0


def test_what_is_over_before_its_time_makes_no_case(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.waiting", on=("state.bypassed",), decide=waiting)])
    now = clock.now()
    say("state.bypassed", "raised", now)
    say("state.bypassed", "restored", now + MINUTE)
    assert fire(now + 9 * MINUTE) == 0 and cases() == []


def test_the_wait_counts_from_the_first_signal_and_an_open_case_needs_none(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.waiting", on=("state.bypassed",), decide=waiting)])
    now = clock.now()
    say("state.bypassed", "raised", now)
    say("state.bypassed", "raised", now + MINUTE)
    assert fire(now + 2 * MINUTE) == 1
    say("state.bypassed", "raised", now + 3 * MINUTE)
    (case,) = cases()
    assert case.signals == 2 and Held.objects.count() == 0


def test_a_device_that_flaps_is_one_unstable_device_and_not_a_row_of_cases(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.at_once", on=("state.bypassed", "alarm.water"), decide=at_once)])
    now = clock.now()
    for minute in range(0, 20, 2):
        say("state.bypassed", "raised", now + minute * MINUTE)
        say("state.bypassed", "restored", now + (minute + 1) * MINUTE)
    assert len(cases()) == 3
    (unstable,) = cases("devices.unstable")
    assert unstable.signals == 7 and unstable.closed_at is None


def test_an_alarm_is_never_damped(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.at_once", on=("state.bypassed", "alarm.water"), decide=at_once)])
    now = clock.now()
    for minute in range(0, 12, 2):
        say("alarm.water", "raised", now + minute * MINUTE)
        say("alarm.water", "restored", now + (minute + 1) * MINUTE)
    assert len(cases()) == 6 and cases("devices.unstable") == []


def test_after_a_quiet_half_hour_the_fault_is_a_case_again(hydrant):  # noqa: F811
    rules.install([Rule(key="specimen_pack.at_once", on=("state.bypassed",), decide=at_once)])
    now = clock.now()
    for minute in (0, 2, 4, 40):
        say("state.bypassed", "raised", now + minute * MINUTE)
        say("state.bypassed", "restored", now + (minute + 1) * MINUTE)
    assert len(cases()) == 4 and cases("devices.unstable") == []


def test_what_the_database_refuses_costs_the_rule_its_decision_and_not_the_log(hydrant):  # noqa: F811
    def too_long(signal, asset, state, now):
        return Open(kind="specimen_pack.fault", detail={"fault": "x" * 500})

    rules.install(
        [
            Rule(key="specimen_pack.too_long", on=("state.bypassed",), decide=too_long),
            Rule(key="specimen_pack.at_once", on=("alarm.water",), decide=at_once),
        ]
    )
    now = clock.now()
    say("state.bypassed", "raised", now)
    say("alarm.water", "raised", now + MINUTE)
    assert len(cases()) == 1
    assert RuleFailure.objects.get().rule == "specimen_pack.too_long"
