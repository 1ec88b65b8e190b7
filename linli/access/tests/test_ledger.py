"""The ledger tells when it was tampered with; the test does so as superuser."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import admin_connection
from linli.access import ledger
from linli.access.contributing import Contribution, contribute_many
from linli.access.gate import disclose
from linli.access.ledger import Line, digest, examine, instant, verify
from linli.access.tests.conftest import AREA, open_case
from linli.base import clock


@pytest.fixture
def chain(transactional_db, house, keeper, operator) -> str:
    """A chain of 12 lines."""
    people = contribute_many(
        keeper,
        [Contribution(values={"contact.phone": f"1690000{n:04}"}, area_path=AREA) for n in range(10)],
        "registers.keep_contacts",
    )
    for person in people[:2]:
        disclose(operator, "alarm.call_contact", person, ["contact.phone"], case=open_case(person))
    return ledger.chain_of(operator)


# Each statement is one act of tampering; the kinds are what `verify` must say.
TAMPERING = {
    "an entry rewritten": (
        "UPDATE access_ledger SET entry = replace(entry, 'permit', 'deny') WHERE sequence = 5",
        {"changed"},
    ),
    "an entry rewritten and its hash renewed": (
        "UPDATE access_ledger SET entry = entry || ' ', hash = sha256(previous || int8send(sequence) ||"
        " convert_to(entry || ' ', 'UTF8')) WHERE sequence = 5",
        {"reordered"},
    ),
    "a time moved": ("UPDATE access_ledger SET at = at + interval '1 hour' WHERE sequence = 7", {"changed"}),
    "a line removed": ("DELETE FROM access_ledger WHERE sequence = 6", {"removed"}),
    "the last line removed": ("DELETE FROM access_ledger WHERE sequence = 12", {"cut"}),
    "all lines removed": ("DELETE FROM access_ledger", {"cut"}),
    "a line inserted at the end": (
        "INSERT INTO access_ledger (id, chain, sequence, at, entry, previous, hash) SELECT uuidv7(), chain, 13, at,"
        " entry, hash, sha256(hash || int8send(13) || convert_to(entry, 'UTF8')) FROM access_ledger"
        " WHERE sequence = 12",
        {"cut"},
    ),
    "two lines exchanged": (
        "UPDATE access_ledger SET sequence = CASE sequence WHEN 3 THEN 103 ELSE 104 END WHERE sequence IN (3, 4);"
        "UPDATE access_ledger SET sequence = CASE sequence WHEN 103 THEN 4 ELSE 3 END WHERE sequence IN (103, 104)",
        {"changed"},
    ),
    "the head set back": ("UPDATE access_chain SET sequence = 11", {"cut"}),
    "the head removed": ("DELETE FROM access_chain", {"cut"}),
}


def test_an_untouched_ledger_is_sound(chain):
    assert verify() == [] and verify(chain) == [] and verify("another") == []


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(chain, django_db_setup, what):
    statements, kinds = TAMPERING[what]
    with admin_connection(django_db_setup) as admin:
        for statement in statements.split(";"):
            admin.execute(statement)
    faults = verify()
    assert {fault.kind for fault in faults} >= kinds and all(fault.chain == chain for fault in faults)


def test_departments_have_chains_of_their_own(chain, operator, house):
    from dataclasses import replace

    from linli.base.ids import uuid7

    person = contribute_many(
        replace(operator, post="technician", bodies=(uuid7(),)),
        [Contribution(values={"contact.name": "演示·李"}, area_path=AREA)],
        "registers.keep_contacts",
    )
    assert len(person) == 1 and verify() == []
    from linli.access.models import Chain

    assert sorted(Chain.objects.using("gate").values_list("sequence", flat=True)) == [1, 12]


def lines_of(entries: list[str]) -> list[Line]:
    lines, before = [], ledger.ZERO
    for sequence, entry in enumerate(entries, 1):
        lines.append(Line(sequence, entry, before, digest(before, sequence, entry), clock.now()))
        before = lines[-1].hash
    return lines


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_any_single_mutation_of_a_copy_is_found(data):
    """R14 on copies of the ledger: a line changed, removed, doubled or moved."""
    with clock.at(clock.now()):
        entry = {"at": instant(clock.now())}
        count = data.draw(st.integers(2, 8))
        lines = lines_of([json.dumps(entry | {"n": n}) for n in range(count)])
    head = (count, lines[-1].hash)
    assert list(examine("c", lines, *head)) == []
    place = data.draw(st.integers(0, count - 1))
    act = data.draw(st.sampled_from(["entry", "hash", "previous", "remove", "double", "move"]))
    changed = list(lines)
    line = changed[place]
    if act == "remove":
        del changed[place]
    elif act == "double":
        changed.insert(place, line)
    elif act == "move":
        changed.insert((place + 1) % count, changed.pop(place))
    else:
        wrong = {"entry": line.entry + " ", "hash": bytes(31) + b"\1", "previous": bytes(31) + b"\2"}[act]
        changed[place] = Line(*[wrong if name == act else getattr(line, name) for name in Line.__slots__])
    assert list(examine("c", changed, *head))
