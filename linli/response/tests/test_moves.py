"""Sending units and what they say: one transaction for assignment, timeline, case, and the open pages."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from linli.accounts.actor import SYSTEM
from linli.base import clock
from linli.base.models import Outbox
from linli.base.refusal import NotFound, Refusal
from linli.cases.act import act
from linli.cases.models import Case, TimelineEntry
from linli.cases.telling import tell
from linli.cases.workflows import workflow_of
from linli.response.crew import report_position
from linli.response.models import Assignment, Own, Stage, Unit, UnitLine
from linli.response.moves import move, offer
from linli.response.status import board, state_of
from tests.specimen_pack.fixtures import DONGZHI, an_actor

MINUTE = timedelta(minutes=1)


@pytest.fixture
def unit(make_unit, see_all):
    return make_unit()


@pytest.fixture
def case(make_case, see_all):
    return make_case()


def refused(function, *arguments, **more):
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        function(*arguments, **more)
    return refusal.value


def case_state(case):
    return Case.objects.get(pk=case.pk).state


def test_a_car_is_sent_and_arrives_and_its_times_stand_on_the_timeline(case, unit, dispatcher, crew, noon):
    sent = offer(case.pk, unit.pk, dispatcher)
    for minutes, step in ((1, "acknowledged"), (2, "en_route"), (9, "on_scene"), (30, "clear")):
        with clock.at(noon + minutes * MINUTE):
            sent = move(sent, step, crew)
            assert state_of(Unit.objects.get()).status == (step if step != "clear" else Own.PATROL)
    lines = TimelineEntry.objects.filter(case=case, what__startswith="unit.")
    assert [(line.what, line.occurred_at - noon) for line in lines] == [
        ("unit.offered", 0 * MINUTE),
        ("unit.acknowledged", 1 * MINUTE),
        ("unit.en_route", 2 * MINUTE),
        ("unit.on_scene", 9 * MINUTE),
        ("unit.clear", 30 * MINUTE),
    ]
    assert {line.actor_id for line in lines} == {dispatcher.user_id, crew.user_id}
    stored = Assignment.objects.get()
    assert (stored.stage, stored.is_open, stored.on_scene_at) == (Stage.CLEAR, False, noon + 9 * MINUTE)
    assert Outbox.objects.filter(topic="unit.moved").count() == 5
    with override("en"):
        assert tell(case, workflow_of(case), [lines[3]])[0].sentence == "演示安 01: on scene"


def test_the_case_follows_the_first_that_arrives_and_the_last_that_leaves(case, make_unit, dispatcher, crew, see_all):
    one, two = (offer(case.pk, make_unit(f"演示安 {n}").pk, dispatcher) for n in (1, 2))
    assert case_state(case) == "sent"
    move(one, "on_scene", crew)
    assert case_state(case) == "there"
    move(two, "on_scene", crew)
    move(one, "clear", crew)
    assert case_state(case) == "there"
    move(two, "clear", crew)
    assert case_state(case) == "done"


def test_when_nobody_is_on_the_way_any_more_the_case_falls_back(case, make_unit, dispatcher, crew, see_all):
    one, two = (offer(case.pk, make_unit(f"演示安 {n}").pk, dispatcher) for n in (1, 2))
    move(one, "refused", crew, reason="爆胎")
    assert case_state(case) == "sent"
    move(two, "withdrawn", dispatcher, reason="误报")
    assert case_state(case) == "open"
    assert [line.text for line in TimelineEntry.objects.filter(what__in=("unit.refused", "unit.withdrawn"))] == [
        "爆胎",
        "误报",
    ]


def test_a_workflow_that_names_no_steps_of_units_stays_where_it_is(make_case, unit, dispatcher, crew, see_all):
    case = make_case("specimen_pack.fault")
    move(offer(case.pk, unit.pk, dispatcher), "on_scene", crew)
    assert case_state(case) == "reported"


def test_a_crew_sees_the_case_once_it_is_sent_there(case, unit, dispatcher, crew):
    with crew.sees():
        assert not Case.objects.exists() and Unit.objects.count() == 1
    offer(case.pk, unit.pk, dispatcher)
    with crew.sees():
        assert Case.objects.get() == case and Assignment.objects.count() == 1
    with an_actor("duty_operator", DONGZHI).sees():
        assert not Assignment.objects.exists() and not Unit.objects.exists()


def test_a_unit_is_not_sent_to_two_cases(case, make_case, unit, dispatcher):
    offer(case.pk, unit.pk, dispatcher)
    refusal = refused(offer, make_case().pk, unit.pk, dispatcher)
    assert refusal.code == "response.unit_taken" and "已派出" in refusal.text()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(case=make_case(), unit=unit, offered_at=clock.now())


def test_a_unit_is_taken_also_by_a_case_that_the_dispatcher_does_not_see(case, unit, dispatcher, guards, crew):
    offer(case.pk, unit.pk, SYSTEM)
    (state,) = board(an_actor("duty_operator", DONGZHI, guards))
    assert state.status == Stage.OFFERED and not state.free


@pytest.mark.parametrize("own", ["busy", "off_duty", "out_of_radio", "defect"])
def test_only_an_available_unit_is_sent(case, unit, dispatcher, crew, own):
    move(unit, own, crew)
    assert refused(offer, case.pk, unit.pk, dispatcher).code == "response.unit_taken"
    move(unit, "patrol", crew)
    assert offer(case.pk, unit.pk, dispatcher).stage == Stage.OFFERED


def test_nobody_is_sent_to_a_closed_case(make_case, unit, dispatcher):
    case = make_case("specimen_pack.fault")
    act(case.pk, "pressure_back", SYSTEM)
    assert refused(offer, case.pk, unit.pk, dispatcher).code == "response.case_closed"
    assert not Assignment.objects.exists()


def test_a_repeated_key_sends_once_and_moves_once(case, unit, dispatcher, crew):
    first = offer(case.pk, unit.pk, dispatcher, key="desk-1:1")
    assert offer(case.pk, unit.pk, dispatcher, key="desk-1:1") == first
    move(unit, "en_route", crew, key="phone-1:1")
    move(unit, "on_scene", crew, key="phone-1:2")
    assert move(unit, "en_route", crew, key="phone-1:1").stage == Stage.ON_SCENE
    assert move(first, "on_scene", crew, key="phone-1:2").version == 3
    assert TimelineEntry.objects.filter(what__startswith="unit.").count() == 3
    assert refused(move, first, "clear", crew, key="phone-1:2").code == "cases.key_used"
    move(unit, "clear", crew, key="phone-1:3")
    assert move(unit, "clear", crew, key="phone-1:3").stage == Stage.CLEAR


def test_a_stale_version_is_refused_and_shows_both(case, unit, dispatcher, crew):
    sent = offer(case.pk, unit.pk, dispatcher)
    move(sent, "en_route", crew, version=1)
    refusal = refused(move, sent, "withdrawn", dispatcher, reason="误报", version=1)
    assert (refusal.code, refusal.fields["seen"], refusal.fields["version"]) == ("response.stale", 1, 2)
    assert Assignment.objects.get().stage == Stage.EN_ROUTE


@pytest.mark.parametrize(
    ("before", "step", "code"),
    [
        ((), "clear", "response.step_not_now"),
        (("on_scene",), "en_route", "response.step_not_now"),
        (("en_route",), "refused", "response.step_not_now"),
        (("on_scene", "clear"), "withdrawn", "response.step_not_now"),
        ((), "refused", "response.reason_missing"),
        ((), "teleported", "response.unknown_step"),
        ((), "patrol", "response.unknown_step"),
    ],
)
def test_a_step_that_does_not_follow_is_refused_and_changes_nothing(case, unit, dispatcher, crew, before, step, code):
    sent = offer(case.pk, unit.pk, dispatcher)
    for earlier in before:
        sent = move(sent, earlier, crew)
    reason = "" if code == "response.reason_missing" else "x"
    assert refused(move, sent, step, crew, reason=reason).code == code
    assert Assignment.objects.get().version == sent.version


def test_who_drives_off_has_acknowledged(case, unit, dispatcher, crew, noon):
    sent = offer(case.pk, unit.pk, dispatcher)
    with clock.at(noon + 2 * MINUTE):
        assert move(sent, "en_route", crew).acknowledged_at == noon + 2 * MINUTE


def test_a_step_said_offline_keeps_its_time_and_reversed_times_are_kept_and_flagged(case, unit, dispatcher, crew, noon):
    sent = offer(case.pk, unit.pk, dispatcher)
    with clock.at(noon + 20 * MINUTE):
        sent = move(sent, "on_scene", crew, occurred_at=noon + 12 * MINUTE)
        assert (sent.on_scene_at, sent.reversed_times) == (noon + 12 * MINUTE, False)
        sent = move(sent, "clear", crew, occurred_at=noon + 11 * MINUTE)
    assert (sent.clear_at, sent.reversed_times) == (noon + 11 * MINUTE, True)


def test_a_clock_that_runs_ahead_is_not_believed(case, unit, dispatcher, crew, noon):
    sent = offer(case.pk, unit.pk, dispatcher)
    assert move(sent, "en_route", crew, occurred_at=noon + 60 * MINUTE).en_route_at == noon


def test_a_crew_goes_off_only_when_it_is_clear(case, unit, dispatcher, crew):
    offer(case.pk, unit.pk, dispatcher)
    assert refused(move, unit, "off_duty", crew).code == "response.clear_first"
    move(unit, "out_of_radio", crew)
    assert state_of(Unit.objects.get()).status == Stage.OFFERED
    move(unit, "defect", crew)
    assert state_of(Unit.objects.get()).status == Own.DEFECT


def test_a_step_of_an_assignment_without_one_says_what_can_be_said(unit, crew):
    refusal = refused(move, unit, "on_scene", crew)
    assert refusal.code == "response.not_sent" and "巡逻待命" in refusal.text()


def test_what_a_crew_says_is_kept_in_order_and_once(unit, crew):
    for key, own in (("p:1", "busy"), ("p:2", "patrol"), ("p:1", "busy")):
        move(unit, own, crew, key=key, reason="查岗")
    assert list(UnitLine.objects.values_list("status", flat=True)) == ["busy", "patrol"]
    assert Unit.objects.get().own_status == "patrol"
    assert refused(move, unit, "busy", crew, key="p:2").code == "cases.key_used"


def test_strangers_neither_send_nor_move_nor_place_a_unit(case, unit, dispatcher):
    stranger = an_actor("duty_operator", DONGZHI)
    sent = offer(case.pk, unit.pk, dispatcher)
    for attempt in (
        lambda: offer(case.pk, unit.pk, stranger),
        lambda: move(sent, "withdrawn", stranger, reason="x"),
        lambda: move(unit, "off_duty", stranger),
        lambda: report_position(unit.pk, 117.47, 30.65, stranger),
    ):
        with pytest.raises(NotFound), transaction.atomic():
            attempt()


def test_personal_numbers_in_a_reason_are_refused(case, unit, dispatcher, crew):
    sent = offer(case.pk, unit.pk, dispatcher)
    assert refused(move, sent, "refused", crew, reason="打 16912345678").code == "cases.personal_numbers"


def test_the_time_expected_when_sent_is_kept(case, make_case, make_unit, dispatcher, see_all):
    sent = offer(case.pk, make_unit("演示安 1").pk, dispatcher)
    assert sent.sketch and 30 < sent.expected_seconds < 600
    nowhere = offer(make_case(point=None).pk, make_unit("演示安 2").pk, dispatcher)
    assert nowhere.expected_seconds is None
