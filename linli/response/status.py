"""The status of units, derived: from the open assignment, else from what the crew or the roster said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.base import clock, visibility
from linli.response.models import AVAILABLE, OPEN, Assignment, Own, Stage, Unit

# A position older than this is shown as old, and widens every estimate made from it.
FRESH = timedelta(minutes=1)
# The number keys and radio codes of the statuses (design: response); 3–5 come from assignments alone.
CODES = {
    Own.PATROL: 1, Own.BASE: 2, Stage.OFFERED: 3, Stage.ACKNOWLEDGED: 3, Stage.EN_ROUTE: 4, Stage.ON_SCENE: 5,
    Own.BUSY: 7, Own.OFF_DUTY: 8, Own.OUT_OF_RADIO: 9,
}  # fmt: skip


@dataclass(frozen=True)
class UnitState:
    """A unit as it stands: `status` is a Stage while it is sent, else an Own (a defect goes before both)."""

    unit: Unit
    assignment: Assignment | None
    now: datetime

    @property
    def status(self) -> Stage | Own:
        """What the unit is doing."""
        own = Own(self.unit.own_status)
        return self.assignment.stage if self.assignment and own != Own.DEFECT else own

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(self.status.label)

    @property
    def code(self) -> int | None:
        """The radio code of the status; a defect has none."""
        return CODES.get(self.status)

    @property
    def free(self) -> bool:
        """True when it can be sent."""
        return self.assignment is None and self.status in AVAILABLE

    @property
    def position_age(self) -> timedelta | None:
        """How old the last position is, None where there is none."""
        return self.now - self.unit.position_at if self.unit.position_at else None

    @property
    def stale(self) -> bool:
        """True when the map cannot be trusted to show where the unit is now."""
        return self.position_age is None or self.position_age > FRESH

    def as_dict(self) -> dict[str, Any]:
        """For the desk and the map; `mark` is what the map draws it as."""
        unit, age = self.unit, self.position_age
        return {
            "id": str(unit.pk),
            "call_sign": unit.call_sign,
            "kind": unit.kind,
            "status": self.status.value,
            "label": self.label,
            "code": self.code,
            "mark": "available" if self.free else self.status.value,
            "case": str(self.assignment.case_id) if self.assignment else None,
            "assignment": str(self.assignment.pk) if self.assignment else None,
            "lng": unit.lng,
            "lat": unit.lat,
            "position_age_s": int(age.total_seconds()) if age is not None else None,
            "stale": self.stale,
        }


def states(units: Iterable[Unit]) -> list[UnitState]:
    """The state of each unit, in their order; one query for all open assignments, also on cases unseen."""
    listed = list(units)
    now, sent = clock.now(), open_assignments([unit.pk for unit in listed])
    return [UnitState(unit, sent.get(unit.pk), now) for unit in listed]


def state_of(unit: Unit) -> UnitState:
    """The state of one unit."""
    return states([unit])[0]


def board(actor: Actor) -> list[UnitState]:
    """The units the actor sees that are in use, with their states, by call sign."""
    with actor.sees():
        return states(in_use())


def in_use() -> Any:
    """Units that are not retired."""
    today = clock.local(clock.now()).date()
    return Unit.objects.exclude(retired_on__lte=today)


def open_assignments(unit_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """The open assignment of each unit that has one: a unit is taken also by a case the reader does not see."""
    with visibility.system():
        return {row.unit_id: row for row in Assignment.objects.filter(OPEN, unit_id__in=unit_ids)}


def age_words(age: timedelta) -> str:
    """An age in words, in whole minutes."""
    minutes = int(age.total_seconds() // 60)
    return _("less than a minute") if minutes < 1 else _("{minutes} min").format(minutes=minutes)
