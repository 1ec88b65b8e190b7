"""What a crew or the roster says of a unit itself, and where the unit is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from linli.accounts.actor import Actor
from linli.base import clock, outbox, visibility
from linli.base.geo import Datum, distance_m, to_wgs84
from linli.base.refusal import NotFound
from linli.cases.refusals import KeyUsed
from linli.response.models import OPEN, Assignment, Fix, Own, Unit, UnitLine
from linli.response.refusals import ClearFirst

# These can be said while the unit is sent somewhere; the rest only when it is clear.
EVEN_WHEN_SENT = (Own.OUT_OF_RADIO, Own.DEFECT)
# A new position is told to the open pages when it differs by this much or the last one is this old.
TOLD_AFTER_M = 25.0
TOLD_AFTER = timedelta(seconds=30)


@contextmanager
def hold(unit_id: Any, actor: Actor) -> Iterator[Unit]:
    """The unit, locked until the transaction ends; inside, the house sees every row. NotFound if the actor does not.

    Who moves people takes the unit first and the case second: so nobody waits for each other.
    """
    if actor.post != "system":
        with actor.sees():
            if not Unit.objects.filter(pk=unit_id).exists():
                raise NotFound()
    with visibility.system():
        unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
        if unit is None:
            raise NotFound()
        yield unit


def say(unit: Unit, status: Own, actor: Actor, reason: str, occurred_at: datetime | None, key: str | None) -> Unit:
    """Set what the crew says of its (held) unit; `moves.move` calls this. Raises ClearFirst, KeyUsed."""
    if key and (known := UnitLine.objects.filter(key=key).first()):
        if known.unit_id != unit.pk or known.status != status:
            raise KeyUsed(key=key, number=unit.call_sign)
        return unit
    sent = Assignment.objects.filter(OPEN, unit=unit).select_related("case").first()
    if sent and status not in EVEN_WHEN_SENT:
        raise ClearFirst(call_sign=unit.call_sign, number=sent.case.number, status=status.label)
    moment = min(occurred_at or clock.now(), clock.now())
    _write(unit, status, actor, moment, reason, key)
    outbox.emit(
        "unit.moved",
        {"id": str(unit.pk), "call_sign": unit.call_sign, "status": status.value},
        unit.area_path,
        [unit.body_id],
    )
    return unit


def back_on_patrol(unit: Unit, actor: Actor, moment: datetime) -> None:
    """A unit that left its base for a case is on the road when it is clear of it."""
    if unit.own_status == Own.BASE:
        _write(unit, Own.PATROL, actor, moment, "", None)


def _write(unit: Unit, status: Own, actor: Actor, moment: datetime, reason: str, key: str | None) -> None:
    unit.own_status, unit.own_since = status, moment
    unit.save(update_fields=["own_status", "own_since"])
    UnitLine.objects.create(
        unit=unit,
        status=status,
        occurred_at=moment,
        reason=reason,
        post=actor.post,
        actor_id=actor.user_id,
        actor_name=actor.name,
        key=key,
    )


@transaction.atomic
def report_position(
    unit_id: Any,
    lng: float,
    lat: float,
    actor: Actor,
    *,
    at: datetime | None = None,
    by: Fix = Fix.HAND,
    datum: Datum = "wgs84",
) -> bool:
    """Note where a unit is: entered by hand or sent over HTTP; False when a newer position is known already.

    `at`: when it was there (default now; a time to come is taken as now). Raises NotFound, PointOutOfRange.
    """
    point = to_wgs84(lng, lat, datum)
    moment = min(at or clock.now(), clock.now())
    with hold(unit_id, actor) as unit:
        if unit.position_at is not None and moment < unit.position_at:
            return False
        tell = _worth_telling(unit, point, moment)
        unit.lng, unit.lat, unit.position_at, unit.position_by = point.lng, point.lat, moment, by
        unit.save(update_fields=["lng", "lat", "position_at", "position_by"])
        if tell:
            payload = {"id": str(unit.pk), "lng": point.lng, "lat": point.lat, "at": moment.isoformat()}
            outbox.emit("unit.position", payload, unit.area_path, [unit.body_id])
    return True


def _worth_telling(unit: Unit, point: tuple[float, float], moment: datetime) -> bool:
    if unit.lng is None or unit.lat is None or unit.position_at is None:
        return True
    return moment - unit.position_at >= TOLD_AFTER or distance_m((unit.lng, unit.lat), point) >= TOLD_AFTER_M
