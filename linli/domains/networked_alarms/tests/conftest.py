"""A connected shop, its operator's people, and a panel whose words go the whole way: accept → rules → case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.accounts.actor import Actor
from linli.base import clock, visibility
from linli.cases.models import Case
from linli.domains.networked_alarms.models import AlarmSystem, Zone
from linli.domains.networked_alarms.systems import tell_rules
from linli.domains.networked_alarms.tests.making import BEGAN, DAY, GUICHI, a_system, an_operator, wall
from linli.domains.networked_alarms.vocabulary import Principle
from linli.registers.models import Duty
from linli.rules import engine
from linli.signals.accept import write
from linli.signals.envelope import Envelope, Phase
from linli.signals.models import Line

ZONES: tuple[tuple[str, str, Principle, list[str]], ...] = (
    ("1", "紧急按钮", Principle.BUTTON, []),
    ("3", "大门", Principle.MAGNETIC, ["4"]),
    ("4", "柜台", Principle.MAGNETIC, []),
    ("5", "大厅", Principle.INFRARED, []),
    ("6", "大厅", Principle.MICROWAVE, []),
    ("9", "阁楼", Principle.INFRARED, []),
    ("21", "一层", Principle.SMOKE, []),
    ("22", "二层", Principle.SMOKE, []),
    ("29", "手动报警按钮", Principle.CALL_POINT, []),
)


class Panel:
    """The shop's panel: what it says at a time of the demo day is accepted and judged."""

    def __init__(self, system: AlarmSystem) -> None:
        self.system, self.number = system, 0

    def says(self, kind: str, at: str | datetime, zone: str = "", phase: Phase = "raised", **values: object) -> None:
        """One signal, received at `at` (a wall-clock time of the day), judged at once."""
        moment = at if isinstance(at, datetime) else wall(DAY, at)
        self.number += 1
        said = {"zone": zone, **values} if zone else values
        envelope = Envelope(
            protocol="dc09", source="dc09:020001", sequence=f"{self.number:04d}", kind=kind, phase=phase,
            occurred_at=moment - timedelta(seconds=1), received_at=moment, values=said,
        )  # fmt: skip
        with clock.at(moment):
            write([envelope])
            while engine.run_once():
                pass

    def cases(self, kind: str = "networked_alarms.alarm") -> list[Case]:
        """Its cases of a kind, oldest first."""
        return list(Case.objects.filter(kind=kind, asset=self.system.asset).order_by("opened_at", "id"))

    def case(self) -> Case:
        """Its one alarm case."""
        (case,) = self.cases()
        return case


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every row is seen; in a test with real commits too."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("see_all")
        yield
        return
    with visibility.system():
        yield


@pytest.fixture
def shop(seen) -> AlarmSystem:
    """A jeweller's system with the zones of the stories, under contract, its duty told."""
    operator = an_operator()
    system = a_system(operator, account="020001")
    for number, name, principle, adjacent in ZONES:
        Zone.objects.create(system=system, number=number, name=name, principle=principle, adjacent=adjacent)
    tell_rules(system)
    since = DateTimeTZRange(wall(BEGAN), None)
    Line.objects.create(protocol="dc09", identity="020001", asset=system.asset, during=since)
    Duty.objects.create(
        role="networked_alarms.responsible", asset=system.asset, body_id=operator.body_id, during=DateRange(BEGAN, None)
    )
    return system


@pytest.fixture
def panel(shop) -> Panel:
    """The shop's panel."""
    return Panel(shop)


@pytest.fixture
def by(shop) -> Callable[[str], Actor]:
    """Somebody of the operator (or of 110 and 119) in a post."""
    centre = shop.contracts.get().operator.body_id

    def of_post(post: str) -> Actor:
        bodies = () if post in ("police_110", "fire_119") else (centre,)
        return Actor(post=post, name=f"演示·{post}", user_id=uuid4(), areas=(GUICHI,), bodies=bodies)

    return of_post


@pytest.fixture
def at() -> Callable[[str], AbstractContextManager[None]]:
    """The house's clock at a wall-clock time of the demo day."""
    return lambda wall_time: clock.at(wall(DAY, wall_time))
