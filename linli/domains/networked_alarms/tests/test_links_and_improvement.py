"""Lost links and repeated false alarms: cases that open and end by themselves, and what people add."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.base.refusal import Refusal
from linli.cases.act import act
from linli.cases.models import Case
from linli.domains.networked_alarms.indicators import INDICATORS
from linli.domains.networked_alarms.models import AlarmEvent, Improvement, LinkLoss
from linli.domains.networked_alarms.systems import begin_test
from linli.domains.networked_alarms.tests.making import DAY, wall
from linli.domains.networked_alarms.timers import improve
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import total

pytestmark = pytest.mark.django_db


def false_alarms(panel, by, at, count, outcome="false", hour=8):
    for number in range(count):
        moment = f"{hour:02d}:{number * 5:02d}"
        panel.says("alarm.intrusion", f"{moment}:00", "003")
        case = panel.cases()[-1]
        with at(f"{moment}:10"):
            act(case.pk, "acknowledge", by("duty_operator"))
            if outcome == "test":
                act(case.pk, "close_test", by("duty_operator"), {"outcome": "test"})
            else:
                act(case.pk, "verify", by("duty_operator"), {"method": "call_back"})
                act(case.pk, "close_false", by("duty_operator"), {"outcome": outcome})


def improvements():
    return list(Case.objects.filter(kind="networked_alarms.improvement").order_by("opened_at"))


def test_two_false_alarms_are_no_series(panel, by, at):
    false_alarms(panel, by, at, 2)
    with at("12:00:00"):
        assert improve() == 0


def test_the_third_false_alarm_in_30_days_opens_an_improvement_once(panel, by, at):
    false_alarms(panel, by, at, 3)
    with at("12:00:00"):
        assert (improve(), improve()) == (1, 0)
    (case,) = improvements()
    assert Improvement.objects.get(case=case).false_alarms == 3
    assert case.responsible_id == panel.cases()[0].responsible_id
    false_alarms(panel, by, at, 1, hour=13)
    with at("14:00:00"):
        assert improve() == 1
    assert Improvement.objects.get(case=case).false_alarms == 4 and len(improvements()) == 1


def test_tests_and_user_errors_are_no_false_alarms(panel, by, at):
    false_alarms(panel, by, at, 2, outcome="test")
    false_alarms(panel, by, at, 2, outcome="user_error", hour=9)
    with at("12:00:00"):
        assert improve() == 0


def test_after_an_improvement_three_new_ones_are_needed(panel, by, at):
    false_alarms(panel, by, at, 3)
    with at("12:00:00"):
        improve()
    with at("12:10:00"):
        act(improvements()[0].pk, "analyse", by("technician"), {"cause": "探测器老化", "measure": "更换"})
        act(improvements()[0].pk, "finish", by("technician"))
    false_alarms(panel, by, at, 2, hour=13)
    with at("14:00:00"):
        assert improve() == 0
    false_alarms(panel, by, at, 1, hour=14)
    with at("15:00:00"):
        assert improve() == 1
    assert len(improvements()) == 2


def test_a_zone_is_bypassed_from_the_sixth_on_and_with_the_owner_s_signature_only(panel, by, at):
    false_alarms(panel, by, at, 5)
    with at("12:00:00"):
        improve()
        case = improvements()[0]
        act(case.pk, "analyse", by("technician"), {"cause": "宠物", "measure": "调整角度"})
        with pytest.raises(Refusal) as unsigned, transaction.atomic():
            act(case.pk, "bypass", by("technician"), {"bypassed_zones": "3"})
    assert unsigned.value.code == "cases.needs" and "业主签字" in unsigned.value.text()
    row = Improvement.objects.get(case=case)
    row.bypassed_zones = "3"
    with pytest.raises(Exception, match="6"):
        row.clean()
    row.false_alarms = 6
    row.clean()


def test_story_7_false_rate_leaves_tests_out(panel, by, at):
    false_alarms(panel, by, at, 4)
    false_alarms(panel, by, at, 3, outcome="test", hour=9)
    panel.says("alarm.fire", "11:00:00", "029")
    fire = panel.cases()[-1]
    with at("11:00:10"):
        act(fire.pk, "take_over", by("fire_119"), {"receiver_number": "演示119-1"})
        act(fire.pk, "receiver_outcome", by("fire_119"), {"outcome": "true"})
    indicator = next(one for one in INDICATORS if one.key == "networked_alarms.false_rate")
    figure = total(indicator, AsOf(day=DAY), within="34.3417")
    assert (figure.numerator, figure.denominator) == (4, 5)  # 80.0 %, as 40 of 50
    assert AlarmEvent.objects.filter(outcome="test").count() == 3


def test_a_silent_link_is_a_case_and_ends_when_the_system_is_heard(panel, by, at):
    panel.says("status.heartbeat", "08:00:00")
    panel.says("status.late", "08:05:02", silent_seconds=302)
    (case,) = panel.cases("networked_alarms.link_lost")
    assert case.state == "lost" and LinkLoss.objects.get(case=case).silent_since
    due = {row.key: row.due_at - case.opened_at for row in case.clocks.all()}
    assert due == {"tell_user": timedelta(minutes=10), "technician": timedelta(hours=24)}
    with at("08:09:00"):
        act(case.pk, "tell_user", by("duty_operator"))
    panel.says("status.online", "09:00:00")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("restored", wall(DAY, "09:00:00"))


def test_a_test_lasts_four_hours_at_most(shop, by, at):
    with at("09:00:00"):
        with pytest.raises(Refusal) as too_long:
            begin_test(shop, 241, "检测", by("technician"))
        window = begin_test(shop, 240, "检测", by("technician"))
        with pytest.raises(Refusal) as running:
            begin_test(shop, 10, "检测", by("user_contact"))
    assert (too_long.value.code, running.value.code) == (
        "networked_alarms.test_too_long",
        "networked_alarms.test_running",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        type(window).objects.filter(pk=window.pk).update(ends_at=window.ends_at + timedelta(seconds=1))
