"""Opening a case: the number, the fold, the first clocks."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from linli.accounts.actor import SYSTEM
from linli.base import clock, visibility
from linli.base.models import Outbox
from linli.base.refusal import NotYours, Refusal
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.cases.models import Case, RunningClock
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, GUICHI, an_actor

KIND = "specimen_pack.fault"


def a_subject(area=CHIYANG, **more):
    return Subject(title="演示·秋浦西路 12 号消火栓", area_path=area, **more)


def test_a_case_opens_with_number_detail_clock_line_and_event(specimen, waterworks, engineer, see_all):
    with clock.at(datetime(2026, 5, 20, 1, 0, tzinfo=UTC)):
        opened = open_case(KIND, a_subject(responsible=waterworks), {"fault": "dry", "pressure_kpa": 0}, engineer)
    case = Case.objects.get(pk=opened.case.pk)
    assert opened.created and case.number == "贵池-栓-2026-000001" and case.state == "reported"
    assert case.specimen_pack_hydrantfault.fault == "dry" and case.bodies == [waterworks.pk]
    running = case.clocks.get()
    assert running.due_at == case.due_at == case.opened_at + timedelta(hours=24)
    assert [entry.what for entry in case.timeline.all()] == ["opened"]
    assert Outbox.objects.get(topic="case.opened").payload["number"] == case.number


def test_the_number_names_county_and_local_year(specimen, engineer, see_all):
    with clock.at(datetime(2025, 12, 31, 16, 30, tzinfo=UTC)):
        assert open_case(KIND, a_subject(), {"fault": "dry"}, engineer).case.number == "贵池-栓-2026-000001"
        assert open_case(KIND, a_subject(DONGZHI), {"fault": "dry"}, engineer).case.number == "东至-栓-2026-000001"
        assert open_case(KIND, a_subject("34.3417"), {"fault": "dry"}, engineer).case.number == "池州-栓-2026-000001"
    with clock.at(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)):
        assert open_case(KIND, a_subject(), {"fault": "dry"}, engineer).case.number == "贵池-栓-2025-000001"


def test_a_rolled_back_opening_leaves_no_gap(specimen, engineer, see_all):
    first = open_case(KIND, a_subject(), {"fault": "dry"}, engineer).case
    with pytest.raises(RuntimeError), transaction.atomic():
        assert open_case(KIND, a_subject(), {"fault": "dry"}, engineer).case.number.endswith("000002")
        raise RuntimeError
    with pytest.raises(Refusal):
        open_case(KIND, a_subject(), {"fault": "no such fault"}, engineer)
    assert first.number.endswith("000001")
    assert open_case(KIND, a_subject(), {"fault": "dry"}, engineer).case.number.endswith("000002")


def test_a_second_signal_counts_on_the_open_case(specimen, see_all):
    first = open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1")
    for _ in range(24):
        again = open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1")
        assert not again.created and again.case.pk == first.case.pk
    case = Case.objects.get()
    assert (case.signals, case.version) == (25, 1)
    told = [entry.data["count"] for entry in case.timeline.filter(what="signal")]
    assert told == [2, 3, 4, 5, 6, 7, 8, 9, 10, 20]


def test_after_closing_it_is_a_new_case_linked_to_the_old(specimen, see_all):
    first = open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1").case
    act(first.pk, "pressure_back", SYSTEM)
    second = open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1")
    assert second.created and second.case.recurrence_of_id == first.pk


def test_a_more_urgent_signal_raises_the_priority(specimen, see_all):
    open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1")
    open_case(KIND, a_subject(priority=1), {"fault": "dry"}, SYSTEM, fold_key="hydrant:1")
    open_case(KIND, a_subject(priority=4), {"fault": "dry"}, SYSTEM, fold_key="hydrant:1")
    assert Case.objects.get().priority == 1


def test_the_same_key_opens_once(specimen, engineer, see_all):
    first = open_case(KIND, a_subject(), {"fault": "weak"}, engineer, key="phone-1:77")
    again = open_case(KIND, a_subject(), {"fault": "weak"}, engineer, key="phone-1:77")
    assert not again.created and again.case.pk == first.case.pk and Case.objects.count() == 1


def test_only_the_declared_posts_open_by_hand(specimen, inspector):
    with pytest.raises(NotYours):
        open_case(KIND, a_subject(), {"fault": "dry"}, inspector)


def test_without_a_pack_there_is_no_kind(db):
    with pytest.raises(Refusal) as refused:
        open_case("gone.kind", a_subject(), {}, SYSTEM)
    assert refused.value.code == "cases.unknown_kind"


def test_an_unreleased_workflow_does_not_open(specimen, engineer):
    from linli.cases.models import WorkflowVersion

    WorkflowVersion.objects.all().delete()
    with pytest.raises(Refusal) as refused:
        open_case(KIND, a_subject(), {"fault": "dry"}, engineer)
    assert refused.value.code == "cases.not_released"


def test_fields_are_checked_in_words(specimen, engineer):
    for detail, code in (
        ({"fault": "dry", "colour": "red"}, "cases.unknown_fields"),
        ({}, "cases.detail"),
        ({"fault": "dry", "pressure_kpa": "much"}, "cases.detail"),
        ({"fault": "dry", "found": "call 13805661234"}, "cases.personal_numbers"),
    ):
        with pytest.raises(Refusal) as refused:
            open_case(KIND, a_subject(), detail, engineer)
        assert refused.value.code == code


def test_the_house_masks_numbers_rather_than_lose_an_alarm(specimen, engineer, see_all):
    case = open_case(KIND, a_subject(), {"fault": "dry", "found": "call 13805661234"}, SYSTEM).case
    assert case.specimen_pack_hydrantfault.found == "call 138****1234"
    offered = open_case(KIND, a_subject(), {"fault": "dry", "found": "call 13805661234"}, engineer, mask=True).case
    assert offered.specimen_pack_hydrantfault.found == "call 138****1234"


def in_threads(number, work):
    """Run `work(i)` in threads that start together; its results, and the first fault raised."""
    together, results, faults = threading.Barrier(number), [], []

    def run(index):
        try:
            together.wait(10)
            results.append(work(index))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return results


def test_a_thousand_pairs_of_signals_make_a_thousand_cases(transactional_db, specimen):
    """L9: two signals for one thing at the same moment never make two open cases."""

    def fire(index):
        # Threads 2n and 2n+1 fire the same hundred things in the same order.
        pair = index // 2
        return [
            open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key=f"hydrant:{pair}:{number}").created
            for number in range(125)
        ]

    created = [made for results in in_threads(16, fire) for made in results]
    assert len(created) == 2000 and sum(created) == 1000
    with visibility.system():
        assert Case.objects.count() == 1000
        assert set(Case.objects.values_list("signals", flat=True)) == {2}
        numbers = sorted(int(number[-6:]) for number in Case.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 1001))


def test_the_database_itself_forbids_two_open_cases_of_one_fold(specimen, see_all):
    from django.db import IntegrityError

    first = open_case(KIND, a_subject(), {"fault": "weak"}, SYSTEM, fold_key="hydrant:1").case
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            kind_id=KIND,
            workflow=first.workflow,
            number="贵池-栓-2026-999999",
            area_path=GUICHI,
            opened_at=clock.now(),
            fold_key="hydrant:1",
        )


def test_numbers_stay_gap_free_when_some_openings_fail(transactional_db, specimen):
    def fire(index):
        for number in range(10):
            try:
                with transaction.atomic():
                    open_case(KIND, a_subject(), {"fault": "dry"}, SYSTEM)
                    if (index + number) % 3 == 0:
                        raise InterruptedError
            except InterruptedError:
                continue

    in_threads(8, fire)
    with visibility.system():
        numbers = sorted(int(number[-6:]) for number in Case.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)) and 0 < len(numbers) < 80


def test_other_counties_see_nothing_and_the_assigned_body_sees(specimen, waterworks, engineer):
    case = open_case(KIND, a_subject(responsible=waterworks), {"fault": "dry"}, engineer).case
    elsewhere = an_actor("water_engineer", DONGZHI)
    of_the_body = an_actor("water_engineer", DONGZHI, waterworks)
    for actor, seen in ((elsewhere, 0), (of_the_body, 1), (engineer, 1), (an_actor("water_engineer", CHIYANG), 1)):
        with actor.sees():
            assert Case.objects.count() == seen
            assert case.specimen_pack_hydrantfault.__class__.objects.count() == seen
            assert RunningClock.objects.count() == case.timeline.count() == seen
    assert Case.objects.count() == 0
