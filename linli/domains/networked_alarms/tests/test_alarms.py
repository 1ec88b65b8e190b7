"""Stories 2–6, 8 and 9 of the domain file, from the panel's word to the hand-over by number."""

import pytest

from linli.base.refusal import Refusal
from linli.cases import timer
from linli.cases.act import act
from linli.domains.networked_alarms.indicators import INDICATORS
from linli.domains.networked_alarms.models import AlarmEvent
from linli.domains.networked_alarms.systems import begin_test, running_test
from linli.domains.networked_alarms.tests.making import DAY, wall
from linli.domains.networked_alarms.timers import end_overtaken_tests
from linli.notices.models import Message
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import total
from linli.signals.models import Signal

pytestmark = pytest.mark.django_db


def detail(case):
    return AlarmEvent.objects.get(case=case)


def figure(key):
    indicator = next(one for one in INDICATORS if one.key == f"networked_alarms.{key}")
    found = total(indicator, AsOf(day=DAY), within="34.3417")
    return int(found.numerator), int(found.denominator)


def test_story_2_the_adjacent_zone_within_120_seconds_is_handed_over(panel):
    panel.says("alarm.intrusion", "10:00:00", "003")
    assert panel.case().state == "received"
    panel.says("alarm.intrusion", "10:01:50", "004")
    case = panel.case()
    assert (case.state, case.signals) == ("reporting", 2)
    event = detail(case)
    assert (event.zone, event.second_zone, event.ground, event.receiver) == ("3", "4", "adjacent_zones", "110")
    assert {message.post for message in Message.objects.filter(notice="networked_alarms.hand_over")} == {
        "police_110",
        "fire_119",
        "shift_leader",
    }


def test_story_2_a_second_later_it_is_not(panel):
    panel.says("alarm.intrusion", "10:00:00", "003")
    panel.says("alarm.intrusion", "10:02:01", "004")
    case = panel.case()
    assert (case.state, case.signals, detail(case).ground) == ("received", 2, "")


def test_story_3_two_principles_are_handed_over_two_of_one_are_not(panel):
    panel.says("alarm.intrusion", "10:00:00", "005")
    panel.says("alarm.intrusion", "10:00:40", "009")
    assert panel.case().state == "received"
    panel.says("alarm.intrusion", "10:01:20", "006")
    assert (panel.case().state, detail(panel.case()).ground) == ("reporting", "two_principles")


def test_story_4_a_hold_up_whose_user_is_not_reached_is_handed_over_within_60_seconds(panel, by, at):
    panel.says("alarm.panic", "10:00:00", "001")
    with at("10:00:29"):
        timer.fire_due()
        assert panel.case().state == "received"
    with at("10:00:30"):
        timer.fire_due()
    case = panel.case()
    assert (case.state, case.priority) == ("reporting", 1)
    with at("10:00:55"):
        act(case.pk, "take_over", by("police_110"), {"receiver_number": "演示110-0417"})
    case.refresh_from_db()
    assert case.state == "handed_over" and (case.state_since - case.opened_at).total_seconds() <= 60
    assert figure("handover_30s") == (1, 1)


def test_story_4_a_user_who_answers_is_not_handed_over_by_the_clock(panel, by, at):
    panel.says("alarm.panic", "10:00:00", "001")
    with at("10:00:10"):
        act(panel.case().pk, "acknowledge", by("duty_operator"))
        act(panel.case().pk, "verify", by("duty_operator"), {"method": "call_back"})
    with at("10:00:25"):
        act(panel.case().pk, "answered", by("duty_operator"))
    with at("10:01:00"):
        timer.fire_due()
    assert panel.case().state == "checking"


def test_a_silent_hold_up_is_handed_over_at_once(panel):
    panel.says("alarm.panic", "10:00:00", "001", mode="silent")
    assert (panel.case().state, detail(panel.case()).silent) == ("reporting", True)


def test_story_5_a_hold_up_in_a_test_is_real(panel, shop, by, at):
    with at("09:59:00"):
        begin_test(shop, 60, "季度检测", by("technician"))
    panel.says("alarm.intrusion", "10:00:00", "003")
    assert panel.cases() == [] and Signal.objects.filter(kind="alarm.intrusion").count() == 1
    panel.says("alarm.panic", "10:00:05", "001")
    case = panel.case()
    assert case.state == "received" and not detail(case).in_test
    with at("10:00:35"):
        timer.fire_due()
    assert panel.case().state == "reporting"


def test_story_6_answered_after_16_seconds_fails_verified_after_57_holds(panel, by, at):
    received = wall(DAY, "02:00:08")
    panel.says("alarm.intrusion", received, "003")
    case = panel.case()
    assert detail(case).device_time < case.opened_at == received
    with at("02:00:24"):
        act(case.pk, "acknowledge", by("duty_operator"))
    with at("02:00:30"):
        act(case.pk, "verify", by("duty_operator"), {"method": "call_back"})
    with at("02:01:05"):
        act(case.pk, "close_false", by("duty_operator"), {"outcome": "false", "cause": "误触"})
    assert figure("answered_15s") == (0, 1)
    assert figure("verified_60s") == (1, 1)


def test_story_8_a_call_back_unanswered_for_60_seconds_goes_to_119(panel, at):
    panel.says("alarm.fire", "10:00:00", "021")
    assert panel.case().state == "received"
    with at("10:00:59"):
        timer.fire_due()
        assert panel.case().state == "received"
    with at("10:01:00"):
        timer.fire_due()
    case = panel.case()
    assert (case.state, detail(case).receiver) == ("reporting", "119")


def test_story_8_a_manual_call_point_is_handed_over_within_3_seconds(panel):
    panel.says("alarm.fire", "10:00:00", "029")
    case = panel.case()
    assert (case.state, detail(case).ground) == ("reporting", "call_point")
    assert (case.state_since - case.opened_at).total_seconds() <= 3


def test_a_fire_in_a_test_is_marked_and_called_back_but_not_handed_over(panel, shop, by, at):
    with at("09:59:00"):
        begin_test(shop, 30, "季度检测", by("technician"))
    panel.says("alarm.fire", "10:00:00", "021")
    case = panel.case()
    assert detail(case).in_test and "verify" in {row.key for row in case.clocks.all()}
    with at("10:05:00"):
        timer.fire_due()
    assert panel.case().state == "received"


def test_a_second_detector_in_a_test_is_real_and_ends_the_test(panel, shop, by, at):
    with at("09:59:00"):
        begin_test(shop, 30, "季度检测", by("technician"))
    panel.says("alarm.fire", "10:00:00", "021")
    panel.says("alarm.fire", "10:00:20", "022")
    event = detail(panel.case())
    assert (panel.case().state, event.ground, event.in_test) == ("reporting", "two_detectors", False)
    with at("10:00:22"):
        assert end_overtaken_tests() == 1
        assert running_test(shop) is None
    panel.says("alarm.intrusion", "10:00:25", "003")
    assert len(panel.cases()) == 2


def test_story_9_one_zone_four_times_is_one_event(panel):
    for second in ("00", "40", "59"):
        panel.says("alarm.intrusion", f"10:00:{second}", "003")
    panel.says("alarm.intrusion", "10:01:50", "003")
    case = panel.case()
    assert (case.signals, case.state) == (4, "received")
    assert case.timeline.filter(what="signal").count() == 3


def test_after_it_is_closed_a_new_alarm_is_a_new_case_that_knows_the_old(panel, by, at):
    panel.says("alarm.intrusion", "10:00:00", "003")
    first = panel.case()
    with at("10:00:20"):
        act(first.pk, "acknowledge", by("duty_operator"))
        act(first.pk, "verify", by("duty_operator"), {"method": "call_back"})
        act(first.pk, "close_false", by("duty_operator"), {"outcome": "false"})
    panel.says("alarm.intrusion", "10:30:00", "003")
    assert [case.recurrence_of_id for case in panel.cases()] == [None, first.pk]


def test_what_the_panel_takes_back_is_a_line_and_no_decision(panel):
    panel.says("alarm.intrusion", "10:00:00", "003")
    panel.says("alarm.intrusion", "10:00:30", "003", phase="cancelled")
    case = panel.case()
    assert case.state == "received"
    assert case.timeline.filter(what="rule.updated").get().text == "用户已在主机上取消"


def test_a_hand_over_needs_the_receiver_s_number(panel, by, at):
    panel.says("alarm.fire", "10:00:00", "029")
    with at("10:00:10"), pytest.raises(Refusal) as refusal:
        act(panel.case().pk, "hand_over", by("duty_operator"))
    assert (refusal.value.code, refusal.value.fields["codes"]) == ("cases.needs", "needs.field")
    with at("10:00:20"):
        act(panel.case().pk, "hand_over", by("duty_operator"), {"receiver_number": "演示119-07"})
    assert panel.case().state == "handed_over"


def test_the_alarm_to_its_end_guard_outcome_user(panel, by, at):
    panel.says("alarm.intrusion", "10:00:00", "003")
    case, duty = panel.case(), by("duty_operator")
    for moment, step, actor, answers in (
        ("10:00:09", "acknowledge", duty, {}),
        ("10:00:20", "verify", duty, {"method": "call_back"}),
        ("10:00:50", "send_guard", duty, {}),
        ("10:05:10", "arrive", by("guard"), {}),
        ("10:12:00", "found_by_radio", duty, {"outcome": "true", "reason": "后窗被撬"}),
        ("11:00:00", "tell_user", duty, {}),
    ):
        with at(moment):
            act(case.pk, step, actor, answers)
    case.refresh_from_db()
    clocks = {row.key: (row.stopped_at - row.started_at).total_seconds() for row in case.clocks.all()}
    assert (case.state, case.outcome) == ("closed", "closed")
    assert clocks == {"answer": 9, "verify": 50, "guard_urban": 260, "tell_user": 2880}
