"""Try a file, write it, go on after a break. Batches of 1,000 rows, a fixed number of statements each.

Trying writes nothing but the rows themselves, as they stood. Writing is idempotent by the natural key: a row is
judged again when it is written, so a run that broke off, or the same file once more, does no harm.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count

from linli.accounts.actor import Actor
from linli.base import clock, outbox
from linli.base.ids import uuid7
from linli.base.text import to_initials
from linli.registers.changes import provenance
from linli.registers.declarations import ImportSpec, RowInHand
from linli.registers.imports.headings import declared_cells, match_headings
from linli.registers.imports.judging import Judge, differing
from linli.registers.imports.sheets import read_sheet
from linli.registers.models import Change, ImportRow, ImportRun
from linli.registers.refusals import NotNow, UnknownTable
from linli.registers.registry import import_specs
from linli.registers.snapshots import snapshot

BATCH = 1000
DONE = ("same", "wrong")


def try_file(spec: ImportSpec, content: bytes, name: str, actor: Actor) -> ImportRun:
    """Read a file and keep each row with what it would do. Raises FileUnreadable, ColumnsMissing."""
    sheet = read_sheet(content, name)
    matched = match_headings(spec, sheet.headings)
    rows = declared_cells(matched.places, sheet.rows)
    judge, counts = Judge(spec, sheet.headings, matched.places), Counter[str]()
    with transaction.atomic():
        run = ImportRun.objects.create(
            spec=spec.key,
            file_name=name[:200],
            digest=hashlib.sha256(content).digest(),
            headings=sheet.headings,
            left_out=[
                *({"heading": h, "why": "never"} for h in matched.barred),
                *({"heading": h, "why": "unknown"} for h in matched.unread),
            ],
            by=actor.user_id,
            body_id=actor.body,
            at=clock.now(),
        )
        for batch in _batches(rows):
            chunk = judge.read(batch)
            outcomes = judge.outcomes(chunk)
            counts.update(outcomes)
            ImportRow.objects.bulk_create(
                ImportRow(
                    run=run,
                    line=row.line,
                    cells=row.cells,
                    errors=judge.errors(row),
                    outcome=outcome,
                    done=outcome in DONE,
                )
                for row, outcome in zip(chunk, outcomes, strict=True)
            )
        run.counts = dict(counts)
        run.save(update_fields=["counts"])
    return run


def write(run: ImportRun, actor: Actor) -> ImportRun:
    """Write the good rows of a tried run, or what is left of one that broke off. Raises NotNow."""
    while run.state != ImportRun.State.WRITTEN:
        run = write_some(run, actor)
    return run


def write_some(run: ImportRun, actor: Actor, batches: int = 5) -> ImportRun:
    """Write up to `batches` batches and say by the state whether all is written. Raises NotNow."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in (ImportRun.State.TRIED, ImportRun.State.WRITING):
            raise NotNow(state=run.get_state_display())
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.WRITING)
    spec = spec_of(run)
    judge = Judge(spec, run.headings, match_headings(spec, run.headings).places)
    for _batch in range(batches):
        if not write_batch(run, judge, actor):
            _finish(run)
            break
    run.refresh_from_db()
    return run


def _finish(run: ImportRun) -> None:
    with transaction.atomic():
        counts = dict(run.rows.values_list("outcome").annotate(n=Count("pk")).order_by())
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.WRITTEN, written_at=clock.now(), counts=counts)
        outbox.emit(
            "registers",
            {"key": str(run.pk), "model": "import", "act": "written"},
            bodies=[run.body_id] if run.body_id else [],
        )


def spec_of(run: ImportRun) -> ImportSpec:
    """The declaration a run was made by. Raises UnknownTable when its pack is gone."""
    return spec_named(run.spec)


def spec_named(key: str) -> ImportSpec:
    """The declared spreadsheet `key`. Raises UnknownTable."""
    spec = import_specs.get(key)
    if spec is None:
        raise UnknownTable(key=key, known=", ".join(sorted(known.key for known in import_specs)))
    return spec


def write_batch(run: ImportRun, judge: Judge, actor: Actor) -> int:
    """Write the next rows of a run in one transaction; how many it took, 0 when none is left."""
    with transaction.atomic():
        rows = list(run.rows.select_for_update().filter(done=False).order_by("line")[:BATCH])
        if not rows:
            return 0
        chunk = judge.read([(row.line, row.cells) for row in rows])
        there = judge.existing(chunk)
        made, changed, changes, written = _sort(judge, chunk, there, run, actor)
        judge.spec.model._base_manager.bulk_create(made)
        for fields, things in changed.items():
            judge.spec.model._base_manager.bulk_update(things, [*fields, "provenance", "initials"], batch_size=500)
        Change.objects.bulk_create(changes)
        if judge.spec.after:
            judge.spec.after(written)
        for row, judged in zip(rows, chunk, strict=True):
            if judged.faults:  # it was good when it was tried: something it names has gone since
                row.errors, row.outcome = judge.errors(judged), ImportRow.Outcome.WRONG
        ImportRow.objects.bulk_update([row for row in rows if row.errors], ["errors", "outcome"], batch_size=BATCH)
        run.rows.filter(pk__in=[row.pk for row in rows]).update(done=True)
    return len(rows)


def _sort(
    judge: Judge,
    chunk: Sequence[RowInHand],
    there: dict[Any, Any],
    run: ImportRun,
    actor: Actor,
) -> tuple[list[Any], dict[tuple[str, ...], list[Any]], list[Change], list[tuple[Any, RowInHand]]]:
    """New things, changed things by the fields that change, the lines of their history, and each with its row."""
    made: list[Any] = []
    changed: dict[tuple[str, ...], list[Any]] = {}
    changes: list[Change] = []
    written: list[tuple[Any, RowInHand]] = []
    said = provenance(actor, run.file_name) | {"run": str(run.pk)}
    for row in chunk:
        if row.faults:
            continue
        found = there.get(judge.key(row))
        fields = row.fields if found else row.new | row.fields
        names = differing(found, fields) if found else list(fields)
        if not names:
            continue
        before = snapshot(found, names) if found else {}
        thing: Any = found or judge.spec.model(pk=uuid7())
        for name in names:
            setattr(thing, name, fields[name])
        thing.provenance, thing.initials = said | row.said, to_initials(thing.name)[:64]
        if found:
            changed.setdefault(tuple(sorted(names)), []).append(thing)
        else:
            made.append(thing)
            there[judge.key(row)] = thing
        written.append((thing, row))
        changes.append(
            Change(
                model=thing._meta.model_name,
                target=thing.pk,
                act="changed" if found else "made",
                before=before,
                after=snapshot(thing, names),
                source=run.file_name,
                at=clock.now(),
                by=actor.user_id,
                post=actor.post,
                run=run,
            )
        )
    return made, changed, changes, written


def _batches(rows: Sequence[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch
