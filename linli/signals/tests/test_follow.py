"""Conditions derived from the log: alarms, faults, arming, measures, windows; late data; the same again by rebuild."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.accounts.actor import SYSTEM
from linli.base import clock
from linli.signals import windows
from linli.signals.accept import accept
from linli.signals.follow import catch_up
from linli.signals.models import AssetState, Interval
from linli.signals.rebuild import rebuild

from .conftest import NOON, envelope, make_asset, make_line

MINUTE = timedelta(minutes=1)


def say(kind, phase="raised", minute=0, *, late_from=None, source="dc09:3417020001", **values):
    """A signal received `minute` after noon; `late_from`: it was so at that minute already."""
    said = envelope(kind, phase, at=NOON + minute * MINUTE, values=values, source=source)
    if late_from is not None:
        said = replace(said, occurred_at=NOON + late_from * MINUTE, late=True)
    accept([said])


def now_so():
    catch_up()
    return AssetState.objects.get()


def history(what):
    rows = Interval.objects.filter(what=what).order_by("during")
    return [
        (row.value, *((end - NOON) / MINUTE if end else None for end in (row.during.lower, row.during.upper)))
        for row in rows
    ]


def test_an_alarm_stands_from_raised_to_restored_by_zone(line):
    say("alarm.intrusion", zone="003")
    say("alarm.intrusion", minute=1, zone="004")
    assert sorted(now_so().alarms) == ["alarm.intrusion:003", "alarm.intrusion:004"]
    say("alarm.intrusion", "restored", minute=2, zone="003")
    assert sorted(now_so().alarms) == ["alarm.intrusion:004"]
    say("alarm.intrusion", "cancelled", minute=3)
    assert now_so().alarms == {}


def test_a_cancelled_burglary_leaves_the_fire(line):
    say("alarm.fire", zone="001", area="1")
    say("alarm.intrusion", zone="002", area="1")
    say("alarm.intrusion", "cancelled", minute=1, area="1")
    assert sorted(now_so().alarms) == ["alarm.fire:001"]


def test_a_test_bit_never_demotes_a_fire(line):
    say("alarm.fire", "test", zone="001")
    assert sorted(now_so().alarms) == ["alarm.fire:001"]


def test_faults_have_their_time(line):
    say("fault.power.mains")
    say("fault.power.mains", "continuing", minute=3)
    say("fault.power.mains", "restored", minute=5)
    say("fault.power.mains", minute=9)
    assert list(now_so().faults) == ["fault.power.mains"]
    assert history("fault.power.mains") == [("raised", 0, 5), ("raised", 9, None)]


def test_a_restoral_of_something_never_raised_is_stored_and_changes_nothing(line, heard):
    say("fault.component", "restored", zone="9")
    assert now_so().faults == {} and history("fault.component:9") == [] and len(heard()) == 1


def test_a_bypassed_zone_counts_against_working_order(line):
    say("state.bypassed", zone="7")
    assert list(now_so().faults) == ["state.bypassed:7"]


def test_armed_by_area_and_as_a_whole(line):
    say("state.armed", "info", area="01")
    assert now_so().armed == "away"
    say("state.disarmed", "info", minute=10, area="02")
    assert now_so().armed == "partial"
    say("state.disarmed", "info", minute=20, area="01")
    assert now_so().armed == "disarmed"
    assert history("armed.1") == [("away", 0, 20), ("disarmed", 20, None)]


def test_the_panels_clock_does_not_move_history(line):
    accept([replace(envelope("fault.power.mains"), occurred_at=NOON - timedelta(hours=7))])
    catch_up()
    assert history("fault.power.mains") == [("raised", 0, None)]


def test_late_data_first_heard_still_counts_while_nothing_newer_is_known(line):
    say("fault.component", minute=30, late_from=10, zone="1")
    assert list(now_so().faults) == ["fault.component:1"]
    assert history("fault.component:1") == [("raised", 10, None)]


def test_late_data_never_reopens_what_was_since_restored(line):
    say("fault.component", "raised", minute=5, zone="1")
    say("fault.component", "restored", minute=20, zone="1")
    say("fault.component", "raised", minute=30, late_from=2, zone="1")
    assert now_so().faults == {}
    assert history("fault.component:1") == [("raised", 2, 5), ("raised", 5, 20)]


def test_late_restoral_cuts_history_and_keeps_what_came_after(line):
    say("fault.component", "raised", minute=0, zone="1")
    say("fault.component", "continuing", minute=20, zone="1")
    say("fault.component", "restored", minute=30, late_from=10, zone="1")
    assert list(now_so().faults) == ["fault.component:1"]
    assert history("fault.component:1") == [("raised", 0, 10), ("raised", 20, None)]


def test_the_last_value_of_each_measure_is_kept(line):
    say("measure.temperature", "info", temperature_c=21.5, battery=80)
    say("measure.humidity", "info", minute=1, humidity=40)
    state = now_so()
    assert (state.measures, state.battery) == ({"temperature_c": 21.5, "battery": 80.0, "humidity": 40.0}, 80.0)


def test_a_window_of_maintenance_has_an_end_and_can_be_ended_sooner(line):
    with clock.at(NOON):
        windows.begin(line.asset_id, "maintenance", NOON + 60 * MINUTE, "更换电池", SYSTEM)
    assert now_so().maintenance_until == NOON + 60 * MINUTE
    assert history("maintenance") == [("yes", 0, 60)]
    with clock.at(NOON + 20 * MINUTE):
        windows.end(line.asset_id, "maintenance", SYSTEM)
    assert now_so().maintenance_until == NOON + 20 * MINUTE
    assert history("maintenance") == [("yes", 0, 20)]
    with clock.at(NOON + 30 * MINUTE):
        windows.begin(line.asset_id, "maintenance", NOON + 50 * MINUTE, "再查", SYSTEM)
        windows.begin(line.asset_id, "maintenance", NOON + 90 * MINUTE, "再查", SYSTEM)
    catch_up()
    assert history("maintenance") == [("yes", 0, 20), ("yes", 30, 90)]


@pytest.mark.parametrize(("minutes", "reason"), [(-1, "x"), (60 * 24 * 40, "x"), (10, "  ")])
def test_a_window_without_end_or_reason_is_refused(line, minutes, reason):
    with clock.at(NOON), pytest.raises((windows.WindowTooLong, windows.WindowNeedsReason)):
        windows.begin(line.asset_id, "muted", NOON + minutes * MINUTE, reason, SYSTEM)


KINDS = ["alarm.intrusion", "alarm.fire", "fault.component", "fault.power.mains", "state.bypassed", "state.armed",
         "state.disarmed", "measure.temperature", "position", "test.periodic"]  # fmt: skip
SAID = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from(["raised", "restored", "continuing", "cancelled", "test", "info"]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, "1", "2"]),
    st.integers(0, 40),
    st.sampled_from([None, None, 5, 30, 90]),
    st.booleans(),
)


def picture():
    """Everything the log must give again, apart from what was folded and when silence is looked at next."""
    fields = ("asset_id", "presence", "supervised", "last_seen", "armed", "areas", "faults", "alarms", "changed",
              "measures", "lng", "lat", "position_at", "battery", "gateway", "maintenance_until", "muted_until",
              "last_log_id")  # fmt: skip
    states = list(AssetState.objects.order_by("asset_id").values(*fields))
    spans = Interval.objects.order_by("asset_id", "what", "during").values_list("asset_id", "what", "value", "during")
    return states, list(spans)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, max_size=25))
def test_the_log_read_again_gives_the_same_rows(db, said):
    from django.db import transaction

    with transaction.atomic():
        for number in "12":
            make_line(make_asset(f"AL-{number}"), number, interval_seconds=100)
        minute = 0
        for kind, phase, zone, area, step, late, other in said:
            minute += step
            values = {name: value for name, value in (("zone", zone), ("area", area)) if value}
            if kind == "measure.temperature":
                values = {"temperature_c": minute / 7}
            fields = {"place": (117.0 + minute / 100, 30.5)} if kind == "position" else {}
            one = envelope(kind, phase, at=NOON + minute * MINUTE, source=f"dc09:{1 + other}", values=values, **fields)
            if late:
                one = replace(one, occurred_at=one.received_at - late * MINUTE, late=True)
            accept_in_test(one)
        catch_up()
        before = picture()
        rebuild()
        assert picture() == before
        transaction.set_rollback(True)


def accept_in_test(said):
    from linli.signals.accept import write

    write([said])
