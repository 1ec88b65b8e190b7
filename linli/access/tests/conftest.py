"""The gate's tests: declarations of the house, an actor of each kind, a contact written through the gate."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from linli.access.contributing import contribute
from linli.access.declarations import CaseFacts, Lookup
from linli.access.registry import lookups
from linli.accounts.actor import Actor
from linli.base.ids import uuid7

AREA = "34.3417.341702"


@pytest.fixture
def house() -> Iterator[None]:
    """The declarations of the house, and cases that a test names in `CASES`."""
    with lookups.opened():
        lookups._items = {"case": Lookup(key="case", find=lambda case, actor: CASES.get(case))}
        yield
    CASES.clear()


CASES: dict[UUID, CaseFacts] = {}


def open_case(*subjects: UUID, **facts) -> UUID:
    """A case that concerns `subjects`, open and in hand unless said otherwise."""
    case = uuid7()
    CASES[case] = replace(CaseFacts(open=True, in_hand=True, area_path=AREA, subjects=frozenset(subjects)), **facts)
    return case


@pytest.fixture
def operator() -> Actor:
    return Actor(
        post="duty_operator", name="演示·甲", user_id=uuid7(), holding_id=uuid7(), areas=("34.3417",), bodies=(uuid7(),)
    )


@pytest.fixture
def keeper(operator) -> Actor:
    return Actor(post="technician", name="演示·乙", user_id=uuid7(), areas=("34.3417",), bodies=operator.bodies)


@pytest.fixture
def contact(transactional_db, house, keeper) -> UUID:
    """A contact person, contributed by the technician."""
    return contribute(
        keeper,
        None,
        {"contact.name": "演示·张", "contact.phone": "169 0000 0001"},
        {"file": "联网用户登记表"},
        "registers.keep_contacts",
        area_path=AREA,
    )
