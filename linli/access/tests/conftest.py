"""The gate's tests: declarations of the house, an actor of each kind, a contact written through the gate."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from linli.access import reading
from linli.access.contributing import contribute
from linli.access.declarations import CaseFacts, Lookup
from linli.access.registry import dictionary, holdings, lookups, policies, purposes
from linli.accounts.actor import Actor
from linli.base.ids import uuid7
from linli.registers.holdings import HOLDINGS

AREA = "34.3417.341702"


@pytest.fixture
def house() -> Iterator[None]:
    """The declarations of the house, and cases that a test names in `CASES`."""
    opened = [registry.opened() for registry in (dictionary, purposes, policies, holdings, lookups)]
    for context in opened:
        context.__enter__()
    for registry, items in ((dictionary, reading.read_dictionary()), (purposes, reading.read_purposes()),
                            (policies, reading.read_policies()), (holdings, HOLDINGS)):
        registry._items.clear()
        registry.install(items)
    lookups._items.clear()
    lookups.install([Lookup(key="case", find=lambda case, actor: CASES.get(case))])
    yield
    CASES.clear()
    for context in opened:
        context.__exit__(None, None, None)


CASES: dict[UUID, CaseFacts] = {}


def open_case(*subjects: UUID, **facts) -> UUID:
    """A case that concerns `subjects`, open and in hand unless said otherwise."""
    case = uuid7()
    CASES[case] = CaseFacts(**({"open": True, "in_hand": True, "area_path": AREA,
                                "subjects": frozenset(subjects)} | facts))
    return case


@pytest.fixture
def operator() -> Actor:
    return Actor(post="duty_operator", name="演示·甲", user_id=uuid7(), holding_id=uuid7(), areas=("34.3417",),
                 bodies=(uuid7(),))


@pytest.fixture
def keeper(operator) -> Actor:
    return Actor(post="technician", name="演示·乙", user_id=uuid7(), areas=("34.3417",), bodies=operator.bodies)


@pytest.fixture
def contact(transactional_db, house, keeper) -> UUID:
    """A contact person, contributed by the technician."""
    return contribute(keeper, None, {"contact.name": "演示·张", "contact.phone": "169 0000 0001"},
                      {"file": "联网用户登记表"}, "registers.keep_contacts", area_path=AREA)
