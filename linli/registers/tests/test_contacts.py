"""Contacts of alarm users: known by pseudonym, shown for a case alone, forgotten when they are nobody's contact."""

from datetime import date
from uuid import uuid4

import pytest

from linli.access.declarations import CaseFacts, Lookup
from linli.access.gate import disclose
from linli.access.refusals import BadValue
from linli.access.registry import lookups
from linli.accounts.actor import Actor
from linli.registers.changes import register
from linli.registers.contacts import contacts_of, end_contact, set_contact, subjects_of
from linli.registers.models import Duty
from linli.registers.tests.conftest import TOWN, asset, organisation, premises


@pytest.fixture
def system(transactional_db, keeper):
    owner = register(organisation(), keeper, "登记")
    shop = register(premises(owner), keeper, "登记")
    return register(asset(premises=shop), keeper, "登记")


@pytest.fixture
def call(system):
    """Ask as the duty operator for a case on the system."""
    operator = Actor(post="duty_operator", name="演示·丙", user_id=uuid4(), areas=("34.3417",), bodies=(uuid4(),))

    def ask(subject):
        facts = CaseFacts(open=True, in_hand=True, area_path=TOWN, subjects=subjects_of(system))
        with lookups.opened():
            lookups._items = {"case": Lookup(key="case", find=lambda case, actor: facts)}
            return disclose(operator, "alarm.call_contact", subject, ["contact.name", "contact.phone"], case=uuid4())

    return ask


def test_contacts_are_called_in_order_the_systems_own_first(system, keeper, call):
    third = set_contact(keeper, system.premises, 1, "演示·丁", "16900000003")
    second = set_contact(keeper, system, 2, "演示·乙", "16900000002")
    first = set_contact(keeper, system, 1, "演示·甲", "16900000001")
    assert [known.subject for known in contacts_of(system)] == [first, second, third]
    assert call(second).first("contact.phone").shown == "169 0000 0002"
    assert [known.subject for known in contacts_of(None, system.premises)] == [third]


def test_a_new_contact_takes_the_place_and_the_former_is_forgotten(system, keeper, call):
    former = set_contact(keeper, system, 1, "演示·甲", "16900000001", from_day=date(2026, 1, 1))
    assert call(former).first("contact.name").value == "演示·甲"
    now = set_contact(keeper, system, 1, "演示·乙", "16900000002")
    assert [known.subject for known in contacts_of(system)] == [now]
    assert call(former).refused["contact.name"].rule == "access.case_concerns_others"
    end_contact(keeper, system, 1)
    assert contacts_of(system) == [] and Duty.objects.count() == 1


def test_nothing_of_the_person_lies_outside_the_gate(system, keeper, django_db_setup):
    from conftest import admin_connection

    set_contact(keeper, system, 1, "演示·甲子丑", "16900000001")
    with admin_connection(django_db_setup) as admin:
        tables = [
            row[0]
            for row in admin.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
        ]
        holding = [
            table
            for table in tables
            if admin.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%甲子丑%' OR t::text LIKE '%16900000001%'"
            ).fetchone()[0]
        ]
    assert holding == ["registers_contact"]


def test_a_bad_phone_leaves_the_former_contact(system, keeper):
    former = set_contact(keeper, system, 1, "演示·甲", "16900000001")
    with pytest.raises(BadValue):
        set_contact(keeper, system, 1, "演示·乙", "演示")
    assert [known.subject for known in contacts_of(system)] == [former]
