"""The mappings of a source: one draft, one in force, and all that were; who made each and since when it counts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.refusal import Refusal
from linli.signals.mapping import text as texts
from linli.signals.mapping.grammar import Mapping as Rules
from linli.signals.mapping.text import NotAMapping
from linli.signals.models import EventSource, Mapping


class NothingToRelease(Refusal):
    """There is no draft that could go live."""

    code = "signals.no_mapping_draft"
    sentence = _("There is no draft. Save one first.")


class MappingFaulty(Refusal):
    """The text is no mapping: only what can be read is put in force."""

    code = "signals.mapping_faulty"
    sentence = _("The mapping has a fault: {fault}")
    status = 422


def live(source: EventSource) -> Mapping | None:
    """The mapping in force."""
    return source.mappings.filter(since__isnull=False, until__isnull=True).first()


def draft(source: EventSource) -> Mapping | None:
    """The one being worked on."""
    return source.mappings.filter(since__isnull=True).first()


def rules_of(sources: Iterable[UUID]) -> dict[UUID, Rules]:
    """The rules in force of each source that has some. One that can no longer be read (a kind is gone) is left out."""
    found = {}
    rows = Mapping.objects.filter(source__in=list(sources), since__isnull=False, until__isnull=True)
    for source, text in rows.values_list("source_id", "text"):
        try:
            found[source] = texts.read(text)
        except NotAMapping:
            continue
    return found


def save_draft(source: EventSource, text: str, *, by: UUID | None) -> Mapping:
    """Keep `text` as the draft, faulty or not; nothing that was typed is lost."""
    with transaction.atomic():
        EventSource.objects.select_for_update().get(pk=source.pk)
        row = draft(source)
        if row is None:
            newest = source.mappings.aggregate(newest=Max("version"))["newest"] or 0
            row = Mapping(source=source, version=newest + 1)
        row.text, row.made_by, row.made_at = text, by, clock.now()
        row.save()
    return row


def release(source: EventSource) -> Mapping:
    """Put the draft in force now; the one before ends. Raises NothingToRelease, MappingFaulty."""
    with transaction.atomic():
        EventSource.objects.select_for_update().get(pk=source.pk)
        row = draft(source)
        if row is None:
            raise NothingToRelease()
        try:
            texts.read(row.text)
        except NotAMapping as fault:
            raise MappingFaulty(fault=str(fault.faults[0])) from None
        now = clock.now()
        source.mappings.filter(since__isnull=False, until__isnull=True).update(until=now)
        row.since = now
        row.save(update_fields=["since"])
    return row
