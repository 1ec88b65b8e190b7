"""Makes operators, systems and contracts of the tests; everything invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.accounts.models import Body
from linli.base import clock
from linli.domains.networked_alarms.models import AlarmOperator, AlarmSystem, Contract, Licence
from linli.domains.networked_alarms.vocabulary import EligibleClass, SystemKind
from linli.registers.models import Asset, Organisation, Premises
from linli.signals.models import Interval

GUICHI = "34.3417.341702"
CHIYANG = f"{GUICHI}.341702001"
BEGAN = date(2015, 1, 1)
DAY = date(2026, 5, 20)
_numbers = count(1)


def an_operator(
    name: str = "演示·翠微安防", licensed: tuple[date, date | None] | None = (BEGAN, None), **more: Any
) -> AlarmOperator:
    """An operator whose licence runs from – to (None: it has none)."""
    number = next(_numbers)
    organisation = Organisation.objects.create(name=name, area_path=GUICHI, in_use=DateRange(BEGAN, None))
    body = Body.objects.create(key=f"centre-{number}", name=f"{name}接警中心", kind="alarm_centre", area_path=GUICHI)
    operator = AlarmOperator.objects.create(organisation=organisation, body=body, **more)
    if licensed:
        Licence.objects.create(operator=operator, number=f"皖公保服{number:04d}", during=DateRange(*licensed))
    return operator


def a_system(
    operator: AlarmOperator | None = None,
    *,
    area_path: str = CHIYANG,
    since: date = BEGAN,
    contract: tuple[date, date | None] = (BEGAN, None),
    supervised: tuple[datetime, datetime | None] | None = None,
    account: str = "",
    settings: dict[str, Any] | None = None,
    **more: Any,
) -> AlarmSystem:
    """A system in use since `since`; with an operator, under contract from – to; heard from – to."""
    number = next(_numbers)
    premises = Premises.objects.create(
        name=f"演示·商铺{number}", kind="jewellery", area_path=area_path, in_use=DateRange(since, None),
        lng=117.49, lat=30.66, address="演示路1号",
    )  # fmt: skip
    asset = Asset.objects.create(
        name=f"演示·商铺{number}报警系统", number=f"T-{number:05d}", type="networked_alarms.system", premises=premises,
        area_path=area_path, in_use=DateRange(since, None), settings=settings or {}, lng=117.49, lat=30.66,
        address="演示路1号",
    )  # fmt: skip
    common = {"kind": SystemKind.INTRUSION, "eligible_class": EligibleClass.JEWELLER}
    system = AlarmSystem.objects.create(asset=asset, **(common | more))
    if operator:
        Contract.objects.create(
            system=system, operator=operator, account=account or f"{number:06d}", during=DateRange(*contract)
        )
    if supervised:
        during = DateTimeTZRange(*supervised)
        Interval.objects.create(asset=asset, what="supervised", value="yes", during=during)
    return system


def wall(day: date, at: str = "00:00:00") -> datetime:
    """The instant of a time on the city's wall clock, in UTC."""
    return datetime.combine(day, time.fromisoformat(at), tzinfo=clock.LOCAL).astimezone(UTC)
