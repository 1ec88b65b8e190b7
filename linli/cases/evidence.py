"""Evidence: stored files that belong to a case, with their hash on the timeline and their distance from the place."""

from __future__ import annotations

from typing import Any, Literal

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.geo import distance_m
from linli.cases import lawful, timeline
from linli.cases.locking import announce, locked
from linli.cases.models import Case, Evidence
from linli.cases.refusals import NotAPhoto
from linli.cases.texts import clean
from linli.cases.workflows import workflow_of
from linli.files.models import StoredFile
from linli.files.sniffing import PICTURES
from linli.files.storing import Incoming, store

ADDED = "evidence.added"


def attach(
    case_id: Any,
    upload: Incoming,
    kind: Literal["photo", "document"],
    actor: Actor,
    *,
    title: str = "",
    need: str = "",
    expected: str = "",
    key: str | None = None,
    mask: bool = False,
) -> Evidence:
    """Add a photo or document; `need` is the name of the need it answers, `expected` the sender's SHA-256.

    Raises NotFound, NotWorking, NotAPhoto, PersonalNumbers, KeyUsed, and the refusals of `linli.files`.
    """
    with locked(case_id, actor) as case:
        if known := timeline.repeated(key, case.pk, ADDED):
            return Evidence.objects.select_related("file").get(pk=known.data["evidence"])
        lawful.check_working(case, workflow_of(case), actor)
        said = clean(title, actor, mask)
        file = store(upload, actor.user_id, expected)
        if kind == "photo" and file.media_type not in PICTURES:
            raise NotAPhoto(name=file.name)
        evidence = Evidence.objects.create(
            case=case,
            file=file,
            kind=kind,
            need=need,
            title=(said or file.name)[:200],
            added_at=clock.now(),
            added_by=actor.user_id,
            taken_at=file.taken_at,
            distance_m=_distance(case, file),
        )
        data = {"evidence": str(evidence.pk), "sha256": bytes(file.digest).hex(), "size": file.size, "kind": kind}
        timeline.add(case, ADDED, actor, text=evidence.title, data=data, occurred_at=file.taken_at, key=key)
        announce(case, "case.changed", ADDED)
    return evidence


def _distance(case: Case, file: StoredFile) -> float | None:
    """How far from the place of the case a picture was taken, in metres."""
    if case.lng is None or case.lat is None or file.lng is None or file.lat is None:
        return None
    return round(distance_m((case.lng, case.lat), (file.lng, file.lat)), 1)
