"""Several bodies on one case: transfers, returns, tasks, edits that meet."""

import pytest
from django.db import transaction

from linli.accounts.models import Body
from linli.base.refusal import NotFound, NotYours, Refusal
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.cases.editing import edit
from linli.cases.models import Case
from linli.cases.tasks import add_task, done, waiting
from linli.cases.transfers import (
    accept_transfer,
    assign_body,
    decide_responsible,
    return_transfer,
    transfer,
)
from linli.notices.sending import acknowledge, for_actor, unread
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, a_body, an_actor

KIND = "specimen_pack.fault"


@pytest.fixture
def case(specimen, waterworks, engineer, see_all):
    subject = Subject(title="演示·消火栓 7", area_path=CHIYANG, responsible=waterworks)
    return open_case(KIND, subject, {"fault": "weak", "pressure_kpa": 60}, engineer).case


@pytest.fixture
def neighbour(specimen):
    """The engineer of another waterworks, in another county."""
    return an_actor("water_engineer", DONGZHI, a_body("dongzhi-works", DONGZHI))


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        call(*arguments, **more)
    return refusal.value


def test_a_transferred_case_is_seen_by_both_and_worked_by_who_accepted(case, engineer, neighbour):
    assert isinstance(refused(act, case.pk, "confirm", neighbour), NotFound)
    transfer(case.pk, neighbour.body, "在东至境内", engineer)
    with neighbour.sees():
        assert Case.objects.count() == 1
    assert refused(act, case.pk, "confirm", neighbour).code == "cases.wrong_relation"
    accept_transfer(case.pk, neighbour)
    stored = Case.objects.get()
    assert stored.responsible_id == neighbour.body and stored.transfer is None
    assert act(case.pk, "confirm", neighbour).state == "repair"
    assert refused(act, case.pk, "await_parts", engineer, {"reason": "缺"}).code == "cases.wrong_relation"
    with engineer.sees():
        assert Case.objects.count() == 1


def test_two_returns_are_free_and_the_third_is_for_the_coordinator(case, engineer, neighbour, inspector):
    for _ in range(2):
        transfer(case.pk, neighbour.body, "在东至境内", engineer)
        assert refused(return_transfer, case.pk, "", neighbour).code == "cases.reason_missing"
        return_transfer(case.pk, "不在我辖区", neighbour)
    transfer(case.pk, neighbour.body, "在东至境内", engineer)
    refusal = refused(return_transfer, case.pk, "不在我辖区", neighbour)
    assert refusal.code == "cases.third_return" and refusal.fields["returns"] == 2
    assert refused(decide_responsible, case.pk, neighbour.body, "界碑以北", engineer).code == "cases.not_above"
    decide_responsible(case.pk, neighbour.body, "界碑以北", inspector)
    stored = Case.objects.get()
    assert (stored.responsible_id, stored.transfer, stored.bodies[0]) == (neighbour.body, None, neighbour.body)


def test_nobody_else_answers_a_transfer(case, engineer, neighbour):
    assert refused(accept_transfer, case.pk, engineer).code == "cases.no_transfer"
    transfer(case.pk, neighbour.body, "在东至境内", engineer)
    assert refused(accept_transfer, case.pk, engineer).code == "cases.no_transfer"


def test_a_stale_transfer_is_refused(case, engineer, neighbour):
    act(case.pk, "confirm", engineer)
    assert refused(transfer, case.pk, neighbour.body, "在东至境内", engineer, version=1).code == "cases.stale"


def test_an_assigned_body_sees_and_works_beside(case, engineer, neighbour):
    assign_body(case.pk, neighbour.body, engineer)
    with neighbour.sees():
        assert Case.objects.get().responsible_id == engineer.body
    edit(case.pk, {"pressure_kpa": 70}, {}, neighbour)
    assert Case.objects.get().specimen_pack_hydrantfault.pressure_kpa == 70


def test_a_closed_body_gets_no_case(case, engineer, neighbour):
    Body.objects.filter(pk=neighbour.body).update(ends_on="2026-01-01")
    assert isinstance(refused(transfer, case.pk, neighbour.body, "在东至境内", engineer), NotFound)


def test_different_fields_merge_and_the_same_field_conflicts(case, engineer):
    edit(case.pk, {"pressure_kpa": 70}, {"pressure_kpa": 1}, engineer)
    edit(case.pk, {"found": "阀门锈死"}, {"found": 1}, engineer)
    refusal = refused(edit, case.pk, {"pressure_kpa": 75}, {"pressure_kpa": 1}, engineer)
    assert refusal.code == "cases.field_stale" and "70" in refusal.text() and "75" in refusal.text()
    edit(case.pk, {"pressure_kpa": 75}, {"pressure_kpa": 2}, engineer)
    row = Case.objects.get().specimen_pack_hydrantfault
    assert (row.pressure_kpa, row.found) == (75, "阀门锈死")


def test_an_edit_of_the_case_itself_is_checked_and_told(case, engineer):
    assert refused(edit, case.pk, {"priority": "soon"}, {}, engineer).code == "cases.detail"
    assert refused(edit, case.pk, {"title": ""}, {}, engineer).code == "cases.detail"
    assert refused(edit, case.pk, {"title": "王某 13805661234"}, {}, engineer).code == "cases.personal_numbers"
    assert refused(edit, case.pk, {"colour": "red"}, {}, engineer).code == "cases.unknown_fields"
    edit(case.pk, {"title": "演示·消火栓 8", "priority": 2}, {}, engineer, key="e:1")
    edit(case.pk, {"title": "演示·消火栓 8", "priority": 2}, {}, engineer, key="e:1")
    stored = Case.objects.get()
    assert (stored.title, stored.priority, stored.version) == ("演示·消火栓 8", 2, 2)
    changed = stored.timeline.get(what="edit").data["fields"]
    assert changed["priority"] == {"from": 3, "to": 2}


def test_an_edit_that_changes_nothing_leaves_no_trace(case, engineer):
    edit(case.pk, {"pressure_kpa": 60}, {}, engineer)
    assert Case.objects.get().version == 1 and not case.timeline.filter(what="edit")


def test_who_has_nothing_to_do_with_it_does_not_edit(case):
    stranger = an_actor("water_engineer", body=a_body("other-works"))
    assert refused(edit, case.pk, {"pressure_kpa": 1}, {}, stranger).code == "cases.not_working"


def test_a_task_goes_to_a_post_and_its_body_sees_the_case(case, engineer, neighbour):
    task = add_task(case.pk, "带两个阀门来", "water_engineer", engineer, body_id=neighbour.body, key="t:1")
    assert (
        add_task(case.pk, "带两个阀门来", "water_engineer", engineer, body_id=neighbour.body, key="t:1").pk == task.pk
    )
    with neighbour.sees():
        assert [row.pk for row in waiting(neighbour)] == [task.pk]
    with engineer.sees():
        assert not waiting(engineer)
    assert isinstance(refused(done, task.pk, engineer), NotYours)
    done(task.pk, neighbour, "已送达")
    assert refused(done, task.pk, neighbour).code == "cases.task_done"
    assert [line.what for line in case.timeline.all()] == ["opened", "task.added", "task.done"]


def test_an_acknowledgement_ends_every_notice_about_the_same_thing(case, engineer, inspector):
    """L6, L15: a notice goes to a post of a body, and one answer is enough."""
    for title in ("带阀门", "带梯子"):
        add_task(case.pk, title, "water_engineer", engineer)
    colleague = an_actor("water_engineer", body=Body.objects.get(pk=engineer.body))
    with colleague.sees():
        assert unread(colleague).count() == 2
    message = unread(engineer).first()
    assert acknowledge(message.pk, colleague) == 2
    assert unread(engineer).count() == 0 and for_actor(engineer).count() == 2
    with inspector.sees():
        assert not for_actor(inspector)
    assert isinstance(refused(acknowledge, message.pk, inspector), NotFound)
