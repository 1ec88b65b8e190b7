"""Editing fields: an act too. Different fields merge; the same field edited twice is a visible conflict (L18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.accounts.actor import Actor
from linli.cases import details, lawful, timeline
from linli.cases.locking import announce, locked
from linli.cases.models import Case
from linli.cases.refusals import Closed, FieldsStale, UnknownFields
from linli.cases.workflows import workflow_of

OWN = ("title", "address", "lng", "lat", "priority")


def edit(
    case_id: Any,
    changes: Mapping[str, Any],
    base_versions: Mapping[str, int],
    actor: Actor,
    *,
    key: str | None = None,
    mask: bool = False,
) -> Case:
    """Change fields of the case (title, address, lng, lat, priority) or of its detail.

    `base_versions`: for each field the version of the case at which the actor saw it. Raises FieldsStale when one
    was edited since, showing both values; NotFound, NotWorking, Closed, UnknownFields, DetailRefused,
    PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if timeline.repeated(key, case.pk, "edit"):
            return case
        if case.closed_at and actor.post != "system":
            raise Closed(number=case.number)
        lawful.check_working(case, workflow_of(case), actor)
        _refuse_stale(case, changes, base_versions)
        own = {name: value for name, value in changes.items() if name in OWN}
        rest = {name: value for name, value in changes.items() if name not in OWN}
        changed = _edit_own(case, own, actor, mask) | _edit_detail(case, rest, actor, mask)
        if changed:
            case.version += 1
            case.field_versions |= dict.fromkeys(changed, case.version)
            case.save()
            timeline.add(case, "edit", actor, data={"fields": changed}, key=key)
            announce(case, "case.changed", "edit")
    return case


def _refuse_stale(case: Case, changes: Mapping[str, Any], base_versions: Mapping[str, int]) -> None:
    stale = [name for name in changes if case.field_versions.get(name, 0) > base_versions.get(name, 0)]
    if not stale:
        return
    detail = details.detail_of(case)
    labels = [_label(case, name) for name in stale]
    now = [str(details.plain(getattr(case if name in OWN else detail, name, ""))) for name in stale]
    raise FieldsStale(
        fields=lawful.listed(labels),
        now=lawful.listed(now),
        entered=lawful.listed([changes[name] for name in stale]),
        names=",".join(stale),
        version=case.version,
        state=workflow_of(case).state(case.state).label,
    )


def _edit_own(case: Case, values: Mapping[str, Any], actor: Actor, mask: bool) -> dict[str, Any]:
    changed = {}
    for name, value in values.items():
        field: Any = Case._meta.get_field(name)
        before = getattr(case, name)
        after = details.taken(field, value, actor, mask)
        if before != after:
            changed[name] = {"from": before, "to": after}
            setattr(case, name, after)
    if changed:
        details.check(case, only=changed)
    return changed


def _edit_detail(case: Case, values: Mapping[str, Any], actor: Actor, mask: bool) -> dict[str, Any]:
    if not values:
        return {}
    row = details.detail_of(case)
    if row is None:
        raise UnknownFields(fields=lawful.listed(list(values)), known=lawful.listed(OWN))
    changed = details.assign(row, values, actor, mask)
    row.save()
    return changed


def _label(case: Case, name: str) -> str:
    model = case if name in OWN else details.detail_of(case)
    return str(model._meta.get_field(name).verbose_name) if model else name  # type: ignore[union-attr]
