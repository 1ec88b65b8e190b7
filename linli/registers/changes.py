"""Register, change and retire organisations, premises and assets: each act with who, when and where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.areas.locate import locate
from linli.base import clock, outbox
from linli.base.text import to_initials
from linli.registers.identifiers import checked_uscc
from linli.registers.models import Asset, Change, Organisation, Placed, Premises
from linli.registers.refusals import RetiredAlready, StillNeeded
from linli.registers.snapshots import snapshot

Thing = TypeVar("Thing", bound=Placed)
UNSAID = {"provenance", "initials"}


def register(thing: Thing, actor: Actor, source: str) -> Thing:
    """Write a new thing. The area follows from the point when none is given. Raises ValueError on a bad USCC."""
    complete(thing)
    thing.provenance = provenance(actor, source)
    with transaction.atomic():
        thing.save(force_insert=True)
        _keep(thing, Change.Act.MADE, {}, snapshot(thing, fields_of(thing)), actor, source)
    return thing


def change(thing: Thing, actor: Actor, source: str, **values: Any) -> list[str]:
    """Change fields of a thing; gives the names of those that differ, and writes nothing when none does."""
    with transaction.atomic():
        kept = type(thing)._base_manager.select_for_update().get(pk=thing.pk)
        before = snapshot(kept, values)
        for name, value in values.items():
            setattr(thing, name, value)
        complete(thing)
        after = snapshot(thing, values)
        differing = [name for name in values if before[name] != after[name]]
        if differing:
            thing.provenance = provenance(actor, source)
            thing.save(update_fields=[*differing, "provenance", "initials", "area_path"])
            _keep(
                thing,
                Change.Act.CHANGED,
                {name: before[name] for name in differing},
                {name: after[name] for name in differing},
                actor,
                source,
            )
    return differing


def retire(thing: Placed, actor: Actor, on: date, reason: str) -> None:
    """Take a thing out of use: `on` is the first day without it. Duties end with it.

    Raises RetiredAlready, StillNeeded (something in use stands on it).
    """
    with transaction.atomic():
        kept = type(thing)._base_manager.select_for_update().get(pk=thing.pk)
        first, last = kept.in_use.lower, kept.in_use.upper
        if last is not None or (first and on <= first):
            raise RetiredAlready(name=thing.name, first=first, last=last or "…")
        needed = _standing_on(thing, on)
        if needed:
            raise StillNeeded(name=thing.name, count=len(needed), examples=", ".join(needed[:3]))
        before = snapshot(kept, ["in_use"])
        thing.in_use = kept.in_use = DateRange(first, on)
        kept.save(update_fields=["in_use"])
        for duty in kept.duties.filter(during__contains=on):  # type: ignore[attr-defined]
            duty.during = DateRange(min(duty.during.lower or on, on), on)
            duty.save(update_fields=["during"])
        _keep(kept, Change.Act.RETIRED, before, snapshot(kept, ["in_use"]), actor, reason)


def complete(thing: Placed) -> None:
    """Fill what follows from the rest: initials of the name, area of the point; check the USCC."""
    thing.initials = to_initials(thing.name)[:64]
    if not thing.area_path and thing.lng is not None and thing.lat is not None:
        thing.area_path = locate(thing.lng, thing.lat).path or ""
    if not thing.area_path:
        raise ValueError(_("choose the area, or set the point on the map"))
    if isinstance(thing, Organisation) and thing.uscc:
        thing.uscc = checked_uscc(thing.uscc)


def provenance(actor: Actor, source: str) -> dict[str, Any]:
    """Where a row comes from: source, body, person, post, time."""
    return {
        "source": source,
        "body": str(actor.body or ""),
        "by": str(actor.user_id or ""),
        "post": actor.post,
        "at": clock.now().isoformat(),
    }


def fields_of(thing: Placed | type[Placed]) -> list[str]:
    """The fields a change can name: all columns but the key and what follows from others."""
    return [field.name for field in thing._meta.concrete_fields if field.name not in UNSAID and not field.primary_key]


def history_of(thing: Placed) -> list[Change]:
    """Every change of a thing, newest first."""
    return list(Change.objects.filter(target=thing.pk).order_by("-id"))


def _standing_on(thing: Placed, day: date) -> list[str]:
    found: list[str] = []
    if isinstance(thing, Organisation):
        found += thing.premises.filter(in_use__contains=day).values_list("name", flat=True)
    if isinstance(thing, Organisation | Premises):
        found += thing.assets.filter(in_use__contains=day).values_list("number", flat=True)
    if isinstance(thing, Asset):
        found += thing.parts.filter(in_use__contains=day).values_list("number", flat=True)
    return found


def _keep(thing: Placed, act: str, before: dict[str, Any], after: dict[str, Any], actor: Actor, source: str) -> None:
    Change.objects.create(
        model=str(thing._meta.model_name),
        target=thing.pk,
        act=act,
        before=before,
        after=after,
        source=source[:200],
        at=clock.now(),
        by=actor.user_id,
        post=actor.post,
    )
    outbox.emit("registers", {"key": str(thing.pk), "model": str(thing._meta.model_name), "act": act}, thing.area_path)
