"""Story 1 and T29's definition: who counts as joined on a day, and why the others do not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from linli.domains.networked_alarms.joined import JOINED, UNITS_JOINED
from linli.domains.networked_alarms.models import AlarmOperator, Contract, Suspension
from linli.domains.networked_alarms.tests.making import BEGAN, DAY, GUICHI, a_system, an_operator, wall
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import evaluate, missing, total
from linli.signals.models import Interval

pytestmark = pytest.mark.django_db
MORNING = wall(date(2026, 1, 1))


def rate(day=DAY):
    figure = total(JOINED, AsOf(day=day), within="34.3417")
    return int(figure.numerator), int(figure.denominator)


def reasons(day=DAY):
    return sorted(missing(JOINED, AsOf(day=day), "34.3417").values_list("reason", flat=True))


def test_story_1_silent_and_unlicensed_systems_are_not_joined(see_all):
    licensed, expired = an_operator(), an_operator("演示·白沙安防", licensed=(BEGAN, date(2026, 3, 1)))
    for _system in range(135):
        a_system(licensed, supervised=(MORNING, None))
    for _system in range(12):
        a_system(licensed, supervised=(MORNING, wall(DAY) - timedelta(days=3)))
    for _system in range(3):
        a_system(expired, supervised=(MORNING, None))
    for _system in range(50):
        a_system()
    figure = total(JOINED, AsOf(day=DAY), within="34.3417")
    assert (figure.numerator, figure.denominator, figure.value) == (135, 200, figure.numerator / 200)
    assert figure.value * 1000 == 675  # 67.5 %, below the 70 % of the programme
    found = reasons()
    assert (found.count("silent"), found.count("licence"), found.count("never"), len(found)) == (12, 3, 50, 65)
    assert [f.area for f in evaluate(JOINED, AsOf(day=DAY), within="34.3417")] == [GUICHI]


def test_a_system_of_another_place_does_not_count(see_all):
    a_system(an_operator(), eligible_class="", supervised=(MORNING, None))
    assert rate() == (0, 0)


def test_access_control_is_none_of_the_kinds(see_all):
    a_system(an_operator(), kind="access", supervised=(MORNING, None))
    assert rate() == (0, 0)


def test_a_unit_is_joined_when_all_its_systems_are(see_all):
    operator = an_operator()
    first, second = a_system(operator, supervised=(MORNING, None)), a_system(operator)
    for system in (first, second):
        system.asset.organisation = operator.organisation
        system.asset.save()
    figure = total(UNITS_JOINED, AsOf(day=DAY), within="34.3417")
    assert (figure.numerator, figure.denominator) == (0, 1)
    Interval.objects.create(asset=second.asset, what="supervised", value="yes", during=(MORNING, None))
    figure = total(UNITS_JOINED, AsOf(day=DAY), within="34.3417")
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_a_contract_that_ended_is_lapsed_not_never(see_all):
    a_system(an_operator(), contract=(BEGAN, date(2026, 5, 1)), supervised=(MORNING, None))
    assert (rate(), reasons()) == ((0, 1), ["lapsed"])
    assert rate(date(2026, 4, 30)) == (1, 1)


def test_a_contract_of_tomorrow_is_no_contract_yet(see_all):
    a_system(an_operator(), contract=(DAY + timedelta(days=1), None), supervised=(MORNING, None))
    assert reasons() == ["never"]


def test_a_suspended_contract_is_not_active(see_all):
    system = a_system(an_operator(), supervised=(MORNING, None))
    Suspension.objects.create(
        contract=system.contracts.get(), during=DateRange(DAY, DAY + timedelta(days=2)), ground="欠费"
    )
    assert (rate(), reasons()) == ((0, 1), ["lapsed"])
    assert rate(DAY - timedelta(days=1)) == rate(DAY + timedelta(days=2)) == (1, 1)


def test_a_centre_of_the_police_needs_no_licence(see_all):
    a_system(an_operator(licensed=None, kind=AlarmOperator.Kind.POLICE), supervised=(MORNING, None))
    assert rate() == (1, 1)


def test_a_licence_counts_on_its_last_day_and_not_after(see_all):
    a_system(an_operator(licensed=(BEGAN, DAY + timedelta(days=1))), supervised=(MORNING, None))
    assert (rate(), rate(DAY + timedelta(days=1))) == ((1, 1), (0, 1))


def test_supervision_is_judged_at_the_end_of_the_day(see_all):
    a_system(an_operator(), supervised=(MORNING, wall(DAY, "23:59:59")))
    assert (rate(), reasons()) == ((0, 1), ["silent"])
    assert rate(DAY - timedelta(days=1)) == (1, 1)


def test_a_system_with_two_licences_in_a_row_counts_once(see_all):
    operator = an_operator(licensed=(BEGAN, DAY))
    operator.licences.create(number="皖公保服9999", during=DateRange(DAY, None))
    a_system(operator, supervised=(MORNING, None))
    assert rate() == (1, 1)


def test_an_account_is_used_again_only_after_its_contract_ended(see_all):
    operator = an_operator()
    a_system(operator, account="1234", contract=(BEGAN, DAY))
    a_system(operator, account="1234", contract=(DAY, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        a_system(operator, account="1234", contract=(DAY - timedelta(days=9), None))
    assert Contract.objects.count() == 2
