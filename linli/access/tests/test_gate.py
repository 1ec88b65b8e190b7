"""The gate: no line on the ledger, no data."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction

from conftest import admin_connection
from linli.access.contributing import Contribution, contribute, contribute_many, withdraw
from linli.access.gate import disclose, disclose_many
from linli.access.models import Ledger, Subject, personal_models
from linli.access.refusals import BadValue, NotAllowed, ReadFailed, TooMany, UnknownAttribute, UnknownPurpose
from linli.access.tests.conftest import AREA, open_case

Contact = apps.get_model("registers", "Contact")  # the house's first holding
ASKED = ("contact.name", "contact.phone")


def lines():
    return list(Ledger.objects.using("gate").order_by("chain", "sequence"))


def test_the_operator_sees_the_phone_for_a_case_and_the_ledger_says_so(contact, operator):
    case = open_case(contact)
    answer = disclose(operator, "alarm.call_contact", contact, ASKED, case=case)
    phone = answer.first("contact.phone")
    assert (phone.value, phone.shown, phone.masked) == ("+8616900000001", "169 0000 0001", "169****0001")
    assert phone.contributed_by == operator.body and not answer.refused
    line = lines()[-1]
    assert (line.decision, line.post, line.purpose) == ("permit", "duty_operator", "alarm.call_contact")
    assert line.case_id == case
    assert line.attributes == sorted(ASKED) and str(contact) not in line.entry and "16900000001" not in line.entry
    assert str(answer.entry) == f"{line.chain}:{line.sequence}"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (None, "access.case_needed"),
        ({"open": False}, "access.case_closed"),
        ({"in_hand": False}, "access.case_not_in_hand"),
        ({"subjects": frozenset()}, "access.case_concerns_others"),
        ({"area_path": "34.3408.340802"}, "access.outside_area"),
        ({"party": True}, "access.party_to_the_case"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_read(contact, operator, facts, rule):
    case = open_case(contact, **facts) if facts is not None else None
    answer = disclose(operator, "alarm.call_contact", contact, ASKED, case=case)
    assert answer.values == {} and rule in {refused.rule for refused in answer.refused.values()}
    assert lines()[-1].decision == "deny"


def test_a_post_outside_the_purpose_is_refused(contact, keeper):
    answer = disclose(keeper, "alarm.call_contact", contact, ASKED, case=open_case(contact))
    assert {refused.rule for refused in answer.refused.values()} == {"access.post_outside_purpose"}


def test_an_expired_purpose_discloses_nothing(contact, operator):
    from datetime import UTC, datetime

    from linli.base import clock

    with clock.at(datetime(2028, 1, 1, tzinfo=UTC)):
        answer = disclose(operator, "alarm.call_contact", contact, ASKED, case=open_case(contact))
    assert {refused.rule for refused in answer.refused.values()} == {"access.purpose_expired"}


def test_unknown_names_are_errors(contact, operator):
    with pytest.raises(UnknownPurpose):
        disclose(operator, "alarm.curiosity", contact, ASKED)
    with pytest.raises(UnknownAttribute):
        disclose(operator, "alarm.call_contact", contact, ["contact.shoe_size"])


def test_a_list_of_persons_has_a_bound_and_needs_a_case(contact, operator, keeper):
    others = contribute_many(
        keeper,
        [Contribution(values={"contact.phone": f"1690000{n:04}"}, area_path=AREA) for n in range(60)],
        "registers.keep_contacts",
    )
    with pytest.raises(TooMany):
        disclose_many(operator, "alarm.call_contact", others[:2], ASKED)
    with pytest.raises(TooMany):
        disclose_many(operator, "alarm.call_contact", others, ASKED, case=open_case(*others))
    answers = disclose_many(operator, "alarm.call_contact", others[:50], ASKED, case=open_case(*others))
    assert [a.first("contact.phone").value for a in answers[:2]] == ["+8616900000000", "+8616900000001"]


def test_a_read_that_fails_is_on_the_ledger_too(contact, operator, django_db_setup):
    with admin_connection(django_db_setup) as admin:
        admin.execute("ALTER TABLE registers_contact RENAME COLUMN phone TO telephone")
    with pytest.raises(ReadFailed):
        disclose(operator, "alarm.call_contact", contact, ASKED, case=open_case(contact))
    assert [line.decision for line in lines()[-2:]] == ["permit", "failed"]


def test_a_later_rollback_of_the_caller_takes_nothing_off_the_ledger(contact, operator):
    before = len(lines())
    with pytest.raises(RuntimeError), transaction.atomic():
        disclose(operator, "alarm.call_contact", contact, ASKED, case=open_case(contact))
        raise RuntimeError
    assert len(lines()) == before + 1


def test_departments_that_differ_stand_side_by_side(contact, operator, keeper):
    from dataclasses import replace

    from linli.base.ids import uuid7

    other = replace(keeper, bodies=(uuid7(),))
    contribute(other, contact, {"contact.phone": "16900000002"}, {}, "registers.keep_contacts")
    contribute(keeper, contact, {"contact.phone": "16900000003"}, {}, "registers.keep_contacts")
    answer = disclose(operator, "alarm.call_contact", contact, ASKED, case=open_case(contact))
    assert [value.value for value in answer.values["contact.phone"]] == ["+8616900000003", "+8616900000002"]
    assert len(answer.values["contact.name"]) == 1


def test_only_ones_own_contribution_is_withdrawn(contact, keeper, operator):
    from dataclasses import replace

    from linli.base.ids import uuid7

    withdraw(replace(keeper, bodies=(uuid7(),)), [contact], "registers.keep_contacts")
    case = open_case(contact)
    assert disclose(operator, "alarm.call_contact", contact, ASKED, case=case).first("contact.phone")
    withdraw(keeper, [contact], "registers.keep_contacts")
    assert disclose(operator, "alarm.call_contact", contact, ASKED, case=case).values["contact.phone"] == ()


def test_a_refused_contribution_writes_nothing_but_its_line(contact, operator):
    with pytest.raises(NotAllowed):
        contribute(operator, contact, {"contact.phone": "16900000009"}, {}, "registers.keep_contacts")
    assert (lines()[-1].act, lines()[-1].decision) == ("contribute", "deny")


@pytest.mark.parametrize("phone", ["演示·丁四", "1690000001", "12345678901", ""])
def test_a_value_without_its_form_is_refused(transactional_db, house, keeper, phone):
    with pytest.raises(BadValue):
        contribute(keeper, None, {"contact.phone": phone}, {}, "registers.keep_contacts", area_path=AREA)


def rows_seen(alias: str, look) -> int:
    """How many rows `look` finds on `alias`; 0 when the database refuses the look."""
    try:
        with transaction.atomic(using=alias):
            return look()
    except DatabaseError:
        return 0


def count(alias: str, table: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("model", personal_models(), ids=lambda model: model._meta.label)
def test_without_a_line_nobody_reads_a_personal_table(contact, django_db_setup, model):
    """R13: ORM and SQL, as the application, the owner and the gate; each model with personal columns."""
    table = model._meta.db_table
    with admin_connection(django_db_setup) as admin:
        forced = admin.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s", (table,)
        ).fetchone()
        assert forced == (True,), f"{table} is not protected: add protect_personal to its migration"
        if model is Contact:
            assert admin.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    for alias in ("default", "owner", "gate"):
        assert rows_seen(alias, lambda alias=alias: model.objects.using(alias).count()) == 0
        assert rows_seen(alias, lambda alias=alias: count(alias, table)) == 0


def test_the_gate_cannot_grant_itself_a_look(contact):
    for statement in (
        "INSERT INTO access_grant SELECT pg_current_xact_id(), id, true FROM access_subject",
        "DELETE FROM access_ledger",
        "UPDATE access_chain SET sequence = 0",
        "UPDATE access_ledger SET entry = '{}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
            cursor.execute(statement)


def test_a_look_ends_with_its_transaction_and_does_not_write(contact):
    from linli.access import ledger
    from linli.base import clock

    with transaction.atomic(using="gate"):
        ledger.record("house", [{"at": ledger.instant(clock.now()), "subject": ledger.pseudonym(contact)}], [contact])
        assert Contact.objects.using("gate").count() == 1
        assert Contact.objects.using("gate").update(phone="x") == 0
    assert Contact.objects.using("gate").count() == 0
    with transaction.atomic(using="gate"):
        assert Subject.objects.using("gate").count() == 1 and Contact.objects.using("gate").count() == 0


def test_the_ledger_is_shown_to_the_auditor_only(contact):
    from linli.base import visibility

    for post, seen in (("duty_operator", 0), ("auditor", 1), ("administrator", 0)):
        with visibility.seeing((), (), post):
            assert Ledger.objects.count() == seen
