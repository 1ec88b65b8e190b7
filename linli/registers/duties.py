"""Who is responsible for what, when. The database lets nobody hold a role for a thing beside another (WITHOUT OVERLAPS)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from linli.base import clock
from linli.registers.models import Asset, Duty, Organisation, Placed, Premises
from linli.registers.refusals import DutyTaken


def assign(
    role: str,
    thing: Placed,
    first: date,
    last: date | None = None,
    *,
    body: UUID | None = None,
    subject: UUID | None = None,
) -> Duty:
    """Give a duty for a thing from `first` up to, not including, `last`. Raises DutyTaken when the times overlap."""
    duty = Duty(role=role, during=DateRange(first, last), body_id=body, subject_id=subject, **_target(thing))
    try:
        with transaction.atomic():
            duty.save(force_insert=True)
    except IntegrityError as fault:
        if "registers_duty_one_at_a_time" in str(fault):
            raise DutyTaken() from fault
        raise
    return duty


def end(duty: Duty, on: date) -> None:
    """End a duty: `on` is the first day without it. One that has not begun by then is removed."""
    if duty.during.lower and duty.during.lower >= on:
        duty.delete()
        return
    duty.during = DateRange(duty.during.lower, on)
    duty.save(update_fields=["during"])


def of(thing: Placed, day: date | None = None) -> list[Duty]:
    """The duties for a thing on a day (default today), by role."""
    return list(Duty.objects.filter(target=thing.pk, during__contains=day or today()).order_by("role"))


def today() -> date:
    """The local day."""
    return clock.local(clock.now()).date()


def _target(thing: Placed) -> dict[str, Placed]:
    names: dict[type[Placed], str] = {Organisation: "organisation", Premises: "premises", Asset: "asset"}
    return {names[type(thing)]: thing}
