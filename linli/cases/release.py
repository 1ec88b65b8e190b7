"""Write what the packs declare into the database: kinds with their labels, workflows with their digests."""

from __future__ import annotations

from django.db import transaction

from linli.base import clock
from linli.base.words import in_every_language
from linli.cases.declarations import CaseKind
from linli.cases.models import Kind, WorkflowVersion
from linli.cases.refusals import NotReleased
from linli.cases.registry import kinds
from linli.cases.workflows import digest_of, to_document


def release(using: str = "default") -> int:
    """Record every declared kind and its workflow; returns how many workflow versions are new.

    An unchanged workflow gets no new version; corrected words go into the version there is. Kinds whose pack is
    gone keep their row, so that their cases keep a name.
    """
    new = 0
    with transaction.atomic(using=using):
        for kind in kinds:
            Kind.objects.using(using).update_or_create(
                key=kind.key,
                defaults={
                    "labels": in_every_language(kind.label),
                    "pack": kind.key.split(".")[0],
                    "number_word": kind.number_word,
                    "retired_at": None,
                },
            )
            new += _release_workflow(kind, using)
    return new


def released(kind: CaseKind) -> WorkflowVersion:
    """The version under which a case of `kind` opens now. NotReleased when `migrate` has not run since."""
    version = (
        WorkflowVersion.objects.defer("document").filter(kind_id=kind.key, digest=digest_of(kind.workflow)).first()
    )
    if version is None:
        raise NotReleased(kind=kind.key)
    return version


def _release_workflow(kind: CaseKind, using: str) -> int:
    document = to_document(kind.workflow)
    version, made = WorkflowVersion.objects.using(using).get_or_create(
        kind_id=kind.key,
        digest=digest_of(kind.workflow),
        defaults={"document": document, "since": clock.now()},
    )
    if not made and version.document != document:
        version.document = document
        version.save(using=using, update_fields=["document"])
    return int(made)
