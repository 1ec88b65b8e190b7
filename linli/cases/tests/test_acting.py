"""One function changes a case: who may, in which state, with what, seen at which version."""

import pytest
from django.db import transaction

from linli.accounts.actor import SYSTEM
from linli.base.models import Outbox
from linli.base.refusal import NotFound, Refusal
from linli.cases.act import act, agree, note, open_case
from linli.cases.declarations import Subject
from linli.cases.models import Case, TimelineEntry
from linli.cases.steps import steps
from linli.notices.models import Message
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, a_body, an_actor

KIND = "specimen_pack.fault"


@pytest.fixture
def case(specimen, waterworks, engineer, see_all):
    subject = Subject(title="演示·消火栓 7", area_path=CHIYANG, responsible=waterworks)
    return open_case(KIND, subject, {"fault": "weak", "pressure_kpa": 60}, engineer).case


def refused(*arguments, **more):
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        act(*arguments, **more)
    return refusal.value


def test_a_step_changes_state_clocks_timeline_and_tells(case, engineer):
    after = act(case.pk, "confirm", engineer, {"text": "阀门锈死"}, version=1)
    assert (after.state, after.version) == ("repair", 2)
    stored = Case.objects.get(pk=case.pk)
    assert (stored.state, stored.version, stored.closed_at) == ("repair", 2, None)
    assert {row.key: bool(row.stopped_at) for row in stored.clocks.all()} == {"confirm": True, "repair": False}
    assert stored.due_at == stored.clocks.get(key="repair").due_at
    line = stored.timeline.get(what="act.confirm")
    assert line.text == "阀门锈死" and (line.data["from"], line.data["to"]) == ("reported", "repair")
    assert (line.post, line.actor_id, line.version) == ("water_engineer", engineer.user_id, 2)
    assert Message.objects.get().post == "hydrant_inspector"
    assert Outbox.objects.get(topic="case.changed").payload["version"] == 2


def test_a_stale_version_is_refused_and_shows_both(case, engineer):
    act(case.pk, "confirm", engineer, version=1)
    refusal = refused(case.pk, "await_parts", engineer, {"reason": "缺阀门"}, version=1)
    assert refusal.code == "cases.stale" and (refusal.fields["seen"], refusal.fields["version"]) == (1, 2)
    assert Case.objects.get().state == "repair"


def test_a_repeated_key_acts_once(case, engineer):
    first = act(case.pk, "confirm", engineer, version=1, key="phone-1:5")
    again = act(case.pk, "confirm", engineer, version=1, key="phone-1:5")
    assert (first.version, again.version) == (2, 2)
    assert TimelineEntry.objects.filter(what="act.confirm").count() == 1
    assert Outbox.objects.filter(topic="case.changed").count() == 1


def test_a_key_of_another_act_is_refused(case, engineer):
    act(case.pk, "confirm", engineer, key="phone-1:5")
    assert refused(case.pk, "await_parts", engineer, {"reason": "缺阀门"}, key="phone-1:5").code == "cases.key_used"


def test_the_wrong_state_says_from_where_it_is_possible(case, engineer):
    refusal = refused(case.pk, "restore", engineer)
    assert refusal.code == "cases.wrong_state" and "维修中" in refusal.text()


def test_the_wrong_post_says_whose_step_it_is(case, inspector):
    refusal = refused(case.pk, "confirm", inspector)
    assert refusal.code == "cases.wrong_post" and "供水工程师" in refusal.text()


def test_the_right_post_of_another_body_is_refused(case):
    stranger = an_actor("water_engineer", body=a_body("other-works"))
    refusal = refused(case.pk, "confirm", stranger)
    assert refusal.code == "cases.wrong_relation" and "演示·waterworks" in refusal.text()


def test_who_does_not_see_a_case_cannot_act_on_it(case):
    with pytest.raises(NotFound):
        act(case.pk, "confirm", an_actor("water_engineer", DONGZHI))


def test_an_unknown_step_names_the_known(case, engineer):
    assert "pressure_back" in refused(case.pk, "explode", engineer).text()


def test_what_is_needed_is_named_with_its_clause(case, engineer):
    refusal = refused(case.pk, "dismiss", engineer)
    assert refusal.code == "cases.needs" and refusal.fields["codes"] == "needs.photo"
    assert "Hydrant Rules art. 10" in refusal.text()
    act(case.pk, "confirm", engineer)
    assert refused(case.pk, "await_parts", engineer, {"reason": "  "}).fields["codes"] == "needs.reason"


def test_answers_fill_the_fields_of_the_detail(case, engineer):
    act(case.pk, "confirm", engineer, {"pressure_kpa": "80"})
    stored = Case.objects.get()
    assert stored.specimen_pack_hydrantfault.pressure_kpa == 80 and stored.field_versions == {"pressure_kpa": 2}
    assert stored.timeline.get(what="act.confirm").data["fields"] == {"pressure_kpa": {"from": 60, "to": 80}}
    assert refused(case.pk, "await_parts", engineer, {"reason": "缺", "colour": 1}).code == "cases.unknown_fields"


def test_personal_numbers_in_a_reason_are_refused_with_an_offer(case, engineer):
    act(case.pk, "confirm", engineer)
    refusal = refused(case.pk, "await_parts", engineer, {"reason": "供应商 13805661234"})
    assert refusal.code == "cases.personal_numbers" and refusal.fields["masked"] == "供应商 138****1234"
    act(case.pk, "await_parts", engineer, {"reason": "供应商 13805661234"}, mask=True)
    assert Case.objects.get().timeline.get(what="act.await_parts").text == "供应商 138****1234"


def test_a_refused_step_changes_nothing(case, engineer):
    before = list(case.timeline.values_list("pk"))
    refused(case.pk, "dismiss", engineer)
    stored = Case.objects.get()
    assert (stored.state, stored.version) == ("reported", 1) and list(stored.timeline.values_list("pk")) == before


def test_a_final_state_closes_and_stops_every_clock(case):
    act(case.pk, "pressure_back", SYSTEM)
    stored = Case.objects.get()
    assert stored.closed_at and stored.outcome == "unfounded" and stored.due_at is None
    assert not stored.clocks.filter(stopped_at__isnull=True)
    assert Outbox.objects.filter(topic="case.closed").count() == 1


def test_the_timeline_cannot_be_changed_even_by_the_house(case):
    from django.db import ProgrammingError

    line = case.timeline.first()
    for change in (lambda: line.delete(), lambda: case.timeline.update(text="rewritten")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_the_engineer_cannot_close_alone(case, engineer, inspector):
    """Hydrant Rules art. 11: a second person agrees, and not the same one twice."""
    act(case.pk, "confirm", engineer)
    assert refused(case.pk, "restore", engineer, {"pressure_kpa": 180}).fields["codes"] == "needs.second_person"
    with pytest.raises(Refusal) as wrong, transaction.atomic():
        agree(case.pk, "restore", engineer)
    assert wrong.value.code == "cases.wrong_post"
    agree(case.pk, "restore", inspector)
    with pytest.raises(Refusal) as twice, transaction.atomic():
        agree(case.pk, "restore", inspector)
    assert twice.value.code == "cases.same_person"
    assert act(case.pk, "restore", engineer, {"pressure_kpa": 180}).state == "restored"


def test_an_agreement_does_not_outlive_the_state(case, engineer, inspector):
    act(case.pk, "confirm", engineer)
    agree(case.pk, "restore", inspector)
    act(case.pk, "await_parts", engineer, {"reason": "缺阀门"})
    act(case.pk, "parts_here", engineer)
    assert refused(case.pk, "restore", engineer, {"pressure_kpa": 180}).fields["codes"] == "needs.second_person"


def test_only_the_level_above_reopens(case, engineer, inspector):
    act(case.pk, "confirm", engineer)
    agree(case.pk, "restore", inspector)
    act(case.pk, "restore", engineer)
    equal = an_actor("hydrant_inspector", CHIYANG.rpartition(".")[0])
    assert refused(case.pk, "reopen", equal, {"reason": "又没水"}).code == "cases.wrong_relation"
    again = act(case.pk, "reopen", inspector, {"reason": "又没水"})
    assert again.state == "repair" and again.closed_at is None and again.outcome == ""


def test_a_note_bears_a_key_and_does_not_change_the_version(case, engineer):
    first = note(case.pk, "note", "水柱很弱", engineer, key="n:1")
    assert note(case.pk, "note", "水柱很弱", engineer, key="n:1").pk == first.pk
    stored = Case.objects.get()
    assert stored.version == 1 and stored.timeline.filter(what="note").count() == 1


def test_the_steps_say_what_can_be_done_and_what_is_missing(case, engineer, inspector):
    found = {step.transition.key: step for step in steps(case, engineer)}
    assert list(found) == ["confirm", "dismiss"]
    assert found["confirm"].allowed and found["confirm"].primary
    assert not found["dismiss"].allowed and "消火栓照片 — Hydrant Rules art. 10" in found["dismiss"].reason
    assert not any(step.allowed or step.primary for step in steps(case, inspector))
    after = act(case.pk, "confirm", engineer)
    mine = {step.transition.key: step for step in steps(after, engineer)}
    assert mine["await_parts"].primary and [need.what for need in mine["await_parts"].asks] == ["reason"]
    assert [need.what for need in mine["restore"].asks] == ["field"] and "第二人" in mine["restore"].reason
    theirs = {step.transition.key: step for step in steps(after, inspector)}
    assert theirs["restore"].may_agree and not mine["restore"].may_agree
    agree(case.pk, "restore", inspector)
    assert {step.transition.key: step.allowed for step in steps(after, engineer)}["restore"]
    assert not {step.transition.key: step for step in steps(after, inspector)}["restore"].may_agree
