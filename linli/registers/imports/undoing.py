"""Take an import back as one act: whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError

from linli.accounts.actor import Actor
from linli.base import clock, outbox
from linli.registers.declarations import ImportSpec
from linli.registers.imports.running import BATCH, spec_of
from linli.registers.models import Change, ImportRun
from linli.registers.refusals import CannotUndo, NotNow, TooOld
from linli.registers.snapshots import restore, snapshot

UNDONE_WITHIN = timedelta(days=30)


def undo(run: ImportRun, actor: Actor) -> ImportRun:
    """Remove what the run made and put back what it changed, if nothing of it was changed or used since.

    Raises NotNow, TooOld, CannotUndo; then nothing is different.
    """
    spec = spec_of(run)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in (ImportRun.State.WRITTEN, ImportRun.State.WRITING):
            raise NotNow(state=run.get_state_display())
        if run.written_at and clock.now() - run.written_at > UNDONE_WITHIN:
            raise TooOld(days=UNDONE_WITHIN.days)
        _refuse_if_later(run)
        changes = list(run.changes.order_by("-id"))
        for start in range(0, len(changes), BATCH):
            _take_back(spec, changes[start : start + BATCH], actor, run)
        run.state, run.undone_at = ImportRun.State.UNDONE, clock.now()
        run.save(update_fields=["state", "undone_at"])
        outbox.emit(
            "registers",
            {"key": str(run.pk), "model": "import", "act": "undone"},
            bodies=[run.body_id] if run.body_id else [],
        )
    return run


def _refuse_if_later(run: ImportRun) -> None:
    """A thing that somebody changed after the run keeps that change: the run cannot be taken back whole."""
    later = Change.objects.filter(target=OuterRef("target"), id__gt=OuterRef("id"))
    touched = sorted({change.after.get("name", str(change.target)[:8]) for change in run.changes.filter(Exists(later))})
    if touched:
        raise CannotUndo(count=len(touched), examples="、".join(touched[:3]))


def _take_back(spec: ImportSpec, changes: list[Change], actor: Actor, run: ImportRun) -> None:
    model = spec.model
    there = model._base_manager.in_bulk([change.target for change in changes])
    _refuse_if_different(changes, there)
    made = [change.target for change in changes if change.act == Change.Act.MADE]
    if spec.before_removal:
        spec.before_removal([there[key] for key in made])
    try:
        model._base_manager.filter(pk__in=made).delete()
    except ProtectedError as fault:
        used = sorted({str(thing) for thing in fault.protected_objects})
        raise CannotUndo(count=len(used), examples="、".join(used[:3])) from fault
    groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for change in changes:
        if change.act == Change.Act.CHANGED:
            restore(there[change.target], change.before)
            groups[tuple(sorted(change.before))].append(there[change.target])
    for names, things in groups.items():
        model._base_manager.bulk_update(things, names, batch_size=500)
    Change.objects.bulk_create(
        Change(
            model=change.model,
            target=change.target,
            before=change.after,
            after=change.before,
            act="removed" if change.act == Change.Act.MADE else "changed",
            source=f"{run.file_name} ↶",
            at=clock.now(),
            by=actor.user_id,
            post=actor.post,
            run=run,
        )
        for change in changes
    )


def _refuse_if_different(changes: list[Change], there: dict[Any, Any]) -> None:
    different = [
        change
        for change in changes
        if change.target not in there or snapshot(there[change.target], change.after) != change.after
    ]
    if different:
        names = [change.after.get("name", str(change.target)[:8]) for change in different]
        raise CannotUndo(count=len(different), examples="、".join(names[:3]))
