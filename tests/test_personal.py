"""R13: nothing of a person leaves the gate but through `disclose`: not by page, list, export, API or any statement."""

import re
from dataclasses import replace

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.access.models import Personal, personal_models
from linli.accounts import tokens
from linli.accounts.actor import Actor
from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body
from linli.base.ids import uuid7
from linli.registers.changes import register
from linli.registers.contacts import set_contact
from linli.registers.models import Asset
from linli.ui.registry import lists
from tests.test_authorisation import DOORS, OPERATIONS, SAMPLES

NAME, PHONE = "演示·甲子丑", "16900009999"
TRACES = re.compile(f"{NAME}|{PHONE}|169 ?0000 ?9999")


@pytest.fixture
def world(transactional_db):
    """A system with a contact, and a body; pages and operations are asked about this system."""
    body = Body.objects.create(key="body", name="演示·单位", kind="office", area_path="34.3417")
    keeper = Actor(post="technician", name="演示·乙", user_id=uuid7(), areas=("34.3417",), bodies=(body.pk,))
    system = register(
        Asset(number="T-1", name="演示·系统", type="trial", area_path="34.3417.341702", in_use=DateRange(None, None)),
        keeper,
        "登记",
    )
    person = set_contact(keeper, system, 1, NAME, PHONE)
    return body, system, person, keeper


def test_no_page_list_export_or_operation_shows_a_contact(world):
    body, system, person, _keeper = world
    shown = []
    for post in ("duty_operator", "technician", "administrator", "auditor"):
        holding = give_post(make_user(f"holder.{post}", "演示·丙", "ein-langes-Wort-17"), post, body, "34.3417")
        client = Client(raise_request_exception=False)
        client.force_login(holding.user)
        bearer = {"Authorization": f"Bearer {tokens.issue(holding, 'test')[1]}"}
        addresses = {
            door.address.replace(SAMPLES["uuid"], str(person if "contact" in door.name else system.pk))
            for door in DOORS
            if door.admits(post) and door.name not in ("desk:live", "accounts:logout")
        }
        addresses |= {
            reverse(f"ui:{name}", args=[spec.key, *more])
            for spec in lists
            if spec.posts == ("*",) or post in spec.posts
            for name, more in (("list", ()), ("export", ("csv",)))
        }
        answers = {address: client.get(address) for address in addresses}
        for key, method, path, _function in OPERATIONS:
            if method == "GET":
                answers[key] = client.get("/api/v1" + re.sub(r"\{[^}]*\}", str(system.pk), path), headers=bearer)
        shown += [(post, address) for address, answer in answers.items() if TRACES.search(_text(answer))]
    assert shown == []


def _text(answer) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")
    return answer.content.decode(errors="replace")


def test_no_list_is_made_of_personal_rows():
    """What a list shows, it also exports and gives to the API."""
    for spec in lists:
        model = spec.rows().model
        assert not issubclass(model, Personal), spec.key
        for column in spec.columns:
            assert not any(name in column.path for name in ("contact__", "contact_")), (spec.key, column.name)


SETTINGS = ("linli.post", "linli.areas", "linli.bodies", "linli.actor", "linli.purpose", "linli.subject")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_setting_and_no_statement_opens_a_personal_table(world, data):
    """Whoever can run SQL can also set a setting: so settings are not the lock. Roles and the ledger are."""
    _body, _system, person, keeper = world
    alias = data.draw(st.sampled_from(["default", "gate"]))
    table = data.draw(st.sampled_from([model._meta.db_table for model in personal_models()]))
    statement = data.draw(
        st.sampled_from(
            [
                "SELECT count(*) FROM {t}",
                "SELECT count(phone) FROM {t}",
                "SELECT count(*) FROM {t} WHERE subject_id = %(s)s",
                "WITH gone AS (DELETE FROM {t} RETURNING 1) SELECT count(*) FROM gone",
                "WITH changed AS (UPDATE {t} SET basis = basis RETURNING 1) SELECT count(*) FROM changed",
                "SELECT count(*) FROM (SELECT * FROM {t} FOR UPDATE) x",
                "SELECT count(*) FROM {t} a JOIN registers_duty d USING (subject_id)",
                "SELECT access_may_touch(%(s)s)::int",
                "SELECT access_may_write(%(s)s)::int",
                "INSERT INTO access_grant VALUES (pg_current_xact_id(), %(s)s, true) RETURNING 1",
            ]
        )
    )
    values = {
        name: data.draw(st.sampled_from(["", "system", "auditor", "{34}", str(person), str(keeper.user_id)]))
        for name in data.draw(st.sets(st.sampled_from(SETTINGS)))
    }
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            for name, value in values.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor.execute(statement.format(t=table), {"s": person})
            seen = cursor.fetchone()[0]
    except DatabaseError:
        seen = 0
    assert seen == 0, (alias, statement, values)


def test_and_the_gate_itself_shows_it_only_after_its_line(world):
    from linli.access.gate import disclose

    _body, _system, person, keeper = world
    asker = replace(keeper, post="duty_operator")
    assert disclose(asker, "alarm.call_contact", person, ["contact.name"]).values == {}
