"""Clocks: counted by the law, paused, extended, recounted, fired once and in time; each explains itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.accounts.actor import SYSTEM
from linli.base import clock
from linli.base.calendar import Arrangement
from linli.base.calendar_store import save_arrangement
from linli.base.due import due
from linli.base.refusal import Refusal
from linli.cases import clocks
from linli.cases.act import act, open_case
from linli.cases.clock_acts import extend_clock, resume_clock, suspend_clock
from linli.cases.declarations import Subject
from linli.cases.models import Case, RunningClock
from linli.cases.recounting import recompute
from linli.cases.timer import fire_due
from linli.notices.models import Message
from linli.notices.sending import text
from tests.specimen_pack.fixtures import CHIYANG
from tests.specimen_pack.workflow import fault

KIND = "specimen_pack.fault"
MONDAY = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)
REPAIR = clocks.declared_clock(fault, "repair")


def opened_at(moment, waterworks, engineer, **more):
    subject = Subject(title="演示·消火栓", area_path=CHIYANG, responsible=waterworks, opened_at=moment)
    return open_case(KIND, subject, {"fault": "weak"}, engineer, **more).case


@pytest.fixture
def case(specimen, waterworks, engineer, see_all):
    with clock.at(MONDAY):
        made = opened_at(MONDAY, waterworks, engineer)
        return act(made.pk, "confirm", engineer)


def repair_of(case):
    return RunningClock.objects.get(case_id=case.pk, key="repair")


def local(*parts):
    return datetime(*parts, tzinfo=clock.LOCAL)


def test_a_day_clock_ends_at_the_end_of_its_last_working_day(case):
    row = repair_of(case)
    assert row.due_at == local(2026, 5, 26) == Case.objects.get().due_at
    assert not row.provisional and row.calendar_version


def test_a_clock_explains_itself_in_both_languages(case):
    row = repair_of(case)
    with translation.override("en"):
        english = clocks.explain(row, REPAIR)
    chinese = clocks.explain(row, REPAIR)
    assert "5 working days: Mon 25 May 2026." in english and "2 days of weekends are not counted." in english
    assert english[-1] == "Rule: Hydrant Rules art. 11."
    assert any("2026年5月25日" in line for line in chinese) and chinese[-1].startswith("依据")


def test_a_pause_moves_the_due_time_by_its_days_and_stands_in_the_explanation(case, engineer):
    with clock.at(MONDAY + timedelta(days=1)):
        suspend_clock(case.pk, "repair", "等待鉴定", engineer)
    stored = Case.objects.get()
    assert stored.due_at is None and repair_of(case).next_fire_at is None
    with clock.at(MONDAY + timedelta(days=3)):
        resume_clock(case.pk, "repair", engineer)
    row = repair_of(case)
    assert row.due_at == local(2026, 5, 28) == Case.objects.get().due_at
    assert any("等待鉴定" in line for line in clocks.explain(row, REPAIR))
    assert row.first_due_at == local(2026, 5, 26)
    assert [line.what for line in case.timeline.all()][-2:] == ["clock.paused", "clock.resumed"]


def test_hours_run_day_and_night(specimen, waterworks, engineer, see_all):
    case = opened_at(MONDAY, waterworks, engineer)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        suspend_clock(case.pk, "confirm", "等待", engineer)
    assert refused.value.code == "cases.clock_not_pausable"


def test_a_pause_needs_a_ground(case, engineer):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        suspend_clock(case.pk, "repair", " ", engineer)
    assert refused.value.code == "cases.reason_missing"


def test_an_effect_suspends_and_resumes(case, engineer):
    with clock.at(MONDAY + timedelta(days=1)):
        act(case.pk, "await_parts", engineer, {"reason": "缺阀门"})
        assert Case.objects.get().due_at is None
    with clock.at(MONDAY + timedelta(days=2)):
        act(case.pk, "parts_here", engineer)
        assert Case.objects.get().due_at == local(2026, 5, 27)


def test_only_the_level_above_extends_and_the_old_due_stays(case, engineer, inspector):
    until = local(2026, 6, 10)
    with clock.at(MONDAY):
        with pytest.raises(Refusal) as refused, transaction.atomic():
            extend_clock(case.pk, "repair", until, "停产配件", engineer)
        assert refused.value.code == "cases.not_above"
        with pytest.raises(Refusal) as refused, transaction.atomic():
            extend_clock(case.pk, "repair", local(2026, 5, 25), "停产配件", inspector)
        assert refused.value.code == "cases.extension_not_later"
        extend_clock(case.pk, "repair", until, "停产配件", inspector)
    row = repair_of(case)
    assert row.due_at == until == Case.objects.get().due_at and row.first_due_at == local(2026, 5, 26)
    assert any("停产配件" in line for line in clocks.explain(row, REPAIR))


def test_a_pause_after_an_extension_moves_the_extended_end(case, engineer, inspector):
    with clock.at(MONDAY):
        extend_clock(case.pk, "repair", local(2026, 6, 10), "停产配件", inspector)
    with clock.at(MONDAY + timedelta(days=1)):
        suspend_clock(case.pk, "repair", "等待鉴定", engineer)
    with clock.at(MONDAY + timedelta(days=4)):
        resume_clock(case.pk, "repair", engineer)
    assert repair_of(case).due_at == local(2026, 6, 13)


def fire_at(moment, limit=200):
    with clock.at(moment):
        return fire_due(limit=limit)


def test_warning_and_end_fire_once_each_and_tell_the_posts(case):
    row = repair_of(case)
    warn = row.started_at + (row.due_at - row.started_at) * 80 / 100
    Message.objects.all().delete()
    assert fire_at(warn - timedelta(microseconds=1)) == 0
    assert (fire_at(warn), fire_at(warn)) == (1, 0)
    message = Message.objects.get()
    assert (message.notice, message.post) == ("cases.clock_warning", "water_engineer")
    assert "修复" in text(message) and "2026年5月25日 星期一 24:00" in text(message)
    with translation.override("en"):
        assert "«repair» is due Mon 25 May 2026 24:00." in text(message)
    assert (fire_at(row.due_at), fire_at(row.due_at + timedelta(days=30))) == (1, 0)
    told = [line.what for line in case.timeline.all() if line.what.startswith("clock.")]
    assert told == ["clock.warned", "clock.overdue", "clock.escalated"]
    assert set(Message.objects.values_list("notice", "post")) == {
        ("cases.clock_warning", "water_engineer"),
        ("cases.clock_overdue", "water_engineer"),
        ("cases.clock_escalated", "hydrant_inspector"),
    }


def test_a_long_deaf_timer_takes_every_missed_step_once(case):
    fire_at(repair_of(case).due_at + timedelta(days=9))
    told = [line.what for line in case.timeline.all() if line.what.startswith("clock.")]
    assert told == ["clock.warned", "clock.overdue", "clock.escalated"]


def test_when_time_is_up_the_timer_makes_the_declared_step(specimen, waterworks, engineer, see_all):
    case = opened_at(MONDAY, waterworks, engineer)
    assert fire_at(MONDAY + timedelta(hours=24)) == 1
    stored = Case.objects.get()
    assert stored.state == "repair"
    line = stored.timeline.get(what="act.presume")
    assert line.post == "system" and stored.clocks.get(key="repair").started_at == MONDAY + timedelta(hours=24)
    assert case.pk == stored.pk


def test_a_step_the_law_refuses_is_said_and_not_tried_again(specimen, waterworks, engineer, see_all):
    case = opened_at(MONDAY, waterworks, engineer)
    row = case.clocks.get()
    act(case.pk, "confirm", engineer)
    RunningClock.objects.filter(pk=row.pk).update(stopped_at=None, next_fire_at=MONDAY, fired=[])
    assert fire_at(MONDAY + timedelta(hours=24)) == 1
    line = case.timeline.get(what="clock.could_not_fire")
    assert (
        line.data["code"] == "cases.wrong_state"
        and "«presume the fault» is not possible" in line.data["sentence"]["en"]
    )
    assert fire_at(MONDAY + timedelta(hours=24)) == 0


def test_equal_timestamps_all_fire_however_small_the_batch(specimen, waterworks, engineer, see_all):
    for _ in range(7):
        opened_at(MONDAY, waterworks, engineer)
    done = [fire_at(MONDAY + timedelta(hours=24), limit=3) for _ in range(4)]
    assert done == [3, 3, 1, 0] and set(Case.objects.values_list("state", flat=True)) == {"repair"}


def test_a_clock_that_cannot_be_handled_keeps_no_other_from_its_turn(specimen, waterworks, engineer, see_all, caplog):
    broken = opened_at(MONDAY, waterworks, engineer)
    sound = opened_at(MONDAY, waterworks, engineer)
    RunningClock.objects.filter(case=broken).update(key="of_no_workflow")
    assert fire_at(MONDAY + timedelta(hours=24)) == 1
    assert Case.objects.get(pk=sound.pk).state == "repair" and "tried again in a minute" in caplog.text
    assert broken.clocks.get().next_fire_at == MONDAY + timedelta(hours=24, minutes=1)


def test_two_workers_take_each_step_once(transactional_db, specimen, waterworks, engineer):
    from linli.base import visibility
    from linli.cases.tests.test_opening import in_threads

    for _ in range(30):
        opened_at(MONDAY, waterworks, engineer)

    def work(index):
        with clock.at(MONDAY + timedelta(hours=24)):
            return sum(fire_due() for _ in range(4))

    assert sum(in_threads(4, work)) == 30
    with visibility.system():
        from linli.cases.models import TimelineEntry

        assert TimelineEntry.objects.filter(what="act.presume").count() == 30
        assert TimelineEntry.objects.filter(what="clock.overdue").count() == 30


def test_after_an_extension_the_warning_comes_again(case, inspector):
    row = repair_of(case)
    fire_at(row.due_at)
    with clock.at(row.due_at + timedelta(hours=1)):
        extend_clock(case.pk, "repair", local(2026, 6, 30), "停产配件", inspector)
    row = repair_of(case)
    assert row.fired == [] and row.next_fire_at == row.started_at + (row.due_at - row.started_at) * 80 / 100


def test_a_calendar_that_comes_later_moves_open_clocks_and_says_so(specimen, waterworks, engineer, see_all):
    """L28, L29: provisional until the paper of the year is known; each moved clock is a line on the timeline."""
    begun = datetime(2031, 9, 29, 1, 0, tzinfo=UTC)
    with clock.at(begun):
        case = act(opened_at(begun, waterworks, engineer).pk, "confirm", engineer)
        stopped = act(opened_at(begun, waterworks, engineer).pk, "confirm", engineer)
        RunningClock.objects.filter(case=stopped, key="repair").update(stopped_at=begun, next_fire_at=None)
    row = repair_of(case)
    assert row.provisional and row.due_at == local(2031, 10, 7)
    off = {date(2031, 10, day): "国庆节" for day in range(1, 8)}
    save_arrangement(Arrangement(year=2031, paper="演示", off=off, worked={}))
    assert recompute() == 1 and recompute() == 0
    row = repair_of(case)
    assert not row.provisional and row.due_at == local(2031, 10, 14) == Case.objects.get(pk=case.pk).due_at
    line = case.timeline.get(what="clock.recounted")
    assert (line.data["from"][:10], line.data["to"][:10]) == ("2031-10-06", "2031-10-14")
    assert repair_of(stopped).due_at == local(2031, 10, 7)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begun=st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)),
    gaps=st.lists(st.integers(0, 4 * 86400), min_size=0, max_size=6),
)
def test_whatever_is_paused_the_kept_due_is_that_of_the_law(specimen, waterworks, engineer, see_all, begun, gaps):
    """Start on any second, pauses of any length (also zero): the stored due is due() of the same pauses, never earlier
    than the first, and the timer's next step is never behind it."""
    from linli.base.calendar_store import load_calendar
    from linli.base.due import Pause

    now = begun.replace(tzinfo=UTC)
    with transaction.atomic():
        with clock.at(now):
            case = act(opened_at(now, waterworks, engineer).pk, "confirm", engineer)
        pauses = []
        for length in gaps:
            since, now = now, now + timedelta(seconds=length)
            with clock.at(since):
                suspend_clock(case.pk, "repair", "演示", engineer)
            with clock.at(now):
                resume_clock(case.pk, "repair", engineer)
            pauses.append(Pause(since, now, "演示"))
        row = repair_of(case)
        expected = due(row.started_at, 5, "working_days", "next_working", calendar=load_calendar(), pauses=pauses)
        assert row.due_at == expected.instant >= row.first_due_at
        assert row.next_fire_at <= row.due_at
        transaction.set_rollback(True)


def test_the_house_and_nobody_else_may_make_the_timers_step(specimen, waterworks, engineer, see_all):
    case = opened_at(MONDAY, waterworks, engineer)
    with pytest.raises(Refusal), transaction.atomic():
        act(case.pk, "presume", engineer)
    assert act(case.pk, "presume", SYSTEM).state == "repair"
