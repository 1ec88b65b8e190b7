"""A contact's phone is shown for an open case in one's hands that concerns him, and stands on the ledger."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from linli.access.gate import disclose
from linli.access.ledger import verify
from linli.access.models import Ledger
from linli.accounts.actor import SYSTEM
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.registers.contacts import set_contact
from linli.registers.models import Asset
from tests.specimen_pack.fixtures import CHIYANG, GUICHI, a_body, an_actor

KIND, ASKED = "specimen_pack.fault", ["contact.name", "contact.phone"]


@pytest.fixture
def story(transactional_db, specimen):
    """A case on a system with a first contact, in the hands of a centre; its operator; the contact."""
    centre = a_body("centre", GUICHI)
    keeper = an_actor("technician", GUICHI, centre)
    system = Asset.objects.create(
        number="T-1", name="演示·系统", type="trial", area_path=CHIYANG, in_use=DateRange(date(2026, 1, 1), None)
    )
    person = set_contact(keeper, system, 1, "演示·甲", "16900000001")
    with SYSTEM.sees():
        case = open_case(
            KIND,
            Subject(title="演示", area_path=CHIYANG, asset_id=system.pk, responsible=centre),
            {"fault": "weak"},
            SYSTEM,
            fold_key="one",
        ).case
    return case, an_actor("duty_operator", GUICHI, centre), person


def test_the_phone_is_shown_for_the_case_and_on_the_ledger(story):
    case, operator, person = story
    answer = disclose(operator, "alarm.call_contact", person, ASKED, case=case.pk)
    assert answer.first("contact.phone").shown == "169 0000 0001"
    line = Ledger.objects.using("gate").order_by("-at").first()
    assert (line.purpose, line.case_id, line.decision) == ("alarm.call_contact", case.pk, "permit")
    assert verify() == []


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        ("another body", "access.case_not_in_hand"),
        ("another area", "access.outside_area"),
        ("no case", "access.case_needed"),
        ("unknown case", "access.case_needed"),
        ("closed", "access.case_closed"),
    ],
)
def test_and_not_otherwise(story, who, rule):
    case, operator, person = story
    key = case.pk
    if who == "another body":
        operator = replace(operator, bodies=(uuid4(),))
    elif who == "another area":
        operator = replace(operator, bodies=(uuid4(),), areas=("34.3417.341721",))
    elif who == "closed":
        with SYSTEM.sees():
            act(case.pk, "pressure_back", SYSTEM)
    else:
        key = None if who == "no case" else uuid4()
    answer = disclose(operator, "alarm.call_contact", person, ASKED, case=key)
    assert answer.values == {} and rule in {refused.rule for refused in answer.refused.values()}
