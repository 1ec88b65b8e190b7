"""Contact persons (联系人) of alarm users: first, second, third of a system or of its premises.

Name and phone lie behind the gate (`Contact`); here it is only known that somebody is the first contact since when,
by pseudonym, as a `Duty` with the role `contact_1` … `contact_3`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.access.contributing import contribute, withdraw
from linli.accounts.actor import Actor
from linli.registers import duties
from linli.registers.models import Asset, Duty, Placed, Premises

ORDER = (1, 2, 3)
BASIS = "registers.keep_contacts"
ROLES = tuple(f"contact_{place}" for place in ORDER)


@dataclass(frozen=True, slots=True)
class Known:
    """That there is a contact: its place in the order, whose (asset or premises), the pseudonym."""

    order: int
    target: UUID
    subject: UUID


def contacts_of(asset: Asset | None, premises: Premises | None = None, day: date | None = None) -> list[Known]:
    """The contacts of a system, its own first, then those of its premises; in the order in which they are called."""
    place_id = premises.pk if premises else asset.premises_id if asset else None
    targets = [key for key in (asset.pk if asset else None, place_id) if key]
    rows = Duty.objects.filter(
        target__in=targets, role__in=ROLES, subject_id__isnull=False, during__contains=day or duties.today()
    )
    return sorted(
        (Known(int(row.role[-1]), row.target, row.subject_id) for row in rows if row.subject_id),
        key=lambda known: (targets.index(known.target), known.order),
    )


def subjects_of(asset: Asset | None, premises: Premises | None = None) -> frozenset[UUID]:
    """Whom a case on this asset or premises concerns: the gate discloses nobody else for it."""
    return frozenset(known.subject for known in contacts_of(asset, premises))


def set_contact(
    actor: Actor, thing: Placed, order: int, name: str, phone: str, *, source: str = "", from_day: date | None = None
) -> UUID:
    """Make somebody the contact of that place in the order from a day on (default today); the former one ends.

    Raises BadValue (name or phone), NotAllowed (the actor's post or area). Gives the pseudonym.
    """
    first = from_day or duties.today()
    former = _holder(thing, order, first)
    subject = contribute(
        actor,
        None,
        {"contact.name": name, "contact.phone": phone},
        {"source": source},
        BASIS,
        area_path=thing.area_path,
    )
    if former:
        duties.end(former, first)
    duties.assign(f"contact_{order}", thing, first, subject=subject)
    forget(actor, [former.subject_id] if former else [])
    return subject


def end_contact(actor: Actor, thing: Placed, order: int, on: date | None = None) -> None:
    """End a contact; what the actor's body contributed about him is withdrawn at once."""
    last = on or duties.today()
    former = _holder(thing, order, last)
    if former:
        duties.end(former, last)
        forget(actor, [former.subject_id])


def forget(actor: Actor, subjects: Iterable[UUID | None]) -> None:
    """Withdraw the values of persons who are nobody's contact any more."""
    gone = [
        key
        for key in subjects
        if key and not Duty.objects.filter(subject_id=key, during__endswith__isnull=True).exists()
    ]
    if gone:
        withdraw(actor, gone, BASIS)


def _holder(thing: Placed, order: int, day: date) -> Duty | None:
    return Duty.objects.filter(target=thing.pk, role=f"contact_{order}", during__contains=day).first()
