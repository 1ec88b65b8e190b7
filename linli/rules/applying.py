"""Carry out what a rule decided, through the one function that changes a case; why stands on the timeline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.accounts.actor import SYSTEM
from linli.areas.tree import load_tree
from linli.base import clock
from linli.cases.act import act, note, open_case
from linli.cases.declarations import Subject
from linli.cases.editing import edit
from linli.cases.models import Case
from linli.cases.refusals import WrongPost, WrongState
from linli.registers.models import Asset, Duty
from linli.rules import damping, holding
from linli.rules.declarations import Close, Decision, Open, Rule, Update
from linli.rules.facts import AssetView, HeardSignal, StateView
from linli.signals.models import RefusedSender


def apply(
    rule: Rule, signal: HeardSignal, asset: AssetView | None, decision: Decision, state: StateView | None = None
) -> None:
    """Open, update or close a case; `state` is what the rule saw. Raises the refusals of the cases room."""
    because = why(rule, signal, state)
    if isinstance(decision, Open):
        if decision.after is None or _standing(decision, signal, asset) is not None:
            open_now(rule, signal, asset, decision, because)
        else:
            holding.hold(rule, signal, fold_key(decision, signal, asset), decision)
    elif isinstance(decision, Update):
        _update(rule, signal, asset, decision, because)
    elif isinstance(decision, Close):
        _close(signal, asset, decision, because)


def fold_key(decision: Open | Update | Close, signal: HeardSignal, asset: AssetView | None) -> str:
    """One open case per kind and thing: the asset, its parent or its premises; for unknown senders the source."""
    thing: Any = signal.source
    if asset is not None:
        thing = {"parent": asset.parent_id, "premises": asset.premises_id}.get(decision.on) or asset.id
    return f"{decision.kind}:{thing}:{decision.fold}"[:200]


def why(rule: Rule, signal: HeardSignal, state: StateView | None = None) -> dict[str, Any]:
    """Which rule, in which version, on what, and what was so then: for the timeline and `linli rules explain`."""
    because: dict[str, Any] = {
        "rule": rule.key,
        "version": rule.version,
        "clause": rule.clause,
        "signal": str(signal.id),
        "log_id": signal.log_id,
        "kind": signal.kind,
        "phase": signal.phase,
        "source": signal.source,
    }
    if state is not None:
        because["presence"], because["armed"] = state.presence, state.armed
        if state.maintenance_until and state.maintenance_until > signal.received_at:
            because["in_maintenance_until"] = state.maintenance_until.isoformat()
    return because


def open_now(rule: Rule, signal: HeardSignal, asset: AssetView | None, decision: Open, because: dict[str, Any]) -> None:
    """Open the case, or count the signal on the open one."""
    if asset is None and RefusedSender.objects.filter(source=signal.source).exists():
        return
    key, fold = f"{rule.key}/{signal.log_id}"[:80], fold_key(decision, signal, asset)
    if asset is not None:
        decision, fold = damping.damped(decision, fold, signal, asset)
    opened = open_case(
        decision.kind,
        _subject(signal, asset, decision),
        decision.detail,
        SYSTEM,
        fold_key=fold,
        key=key,
        opened_by=because,
    )
    if opened.created:
        note(opened.case.pk, "rule.opened", "", SYSTEM, data=because, occurred_at=signal.received_at)
    if decision.transition:
        _step(opened.case, decision.transition, decision.answers, signal, because)


def _update(
    rule: Rule, signal: HeardSignal, asset: AssetView | None, decision: Update, because: dict[str, Any]
) -> None:
    case = _standing(decision, signal, asset)
    if case is None:
        return
    key = f"{rule.key}/{signal.log_id}"[:80]
    note(case.pk, "rule.updated", str(decision.text), SYSTEM, data=because, occurred_at=signal.received_at, key=key)
    if decision.detail and not decision.transition:
        edit(case.pk, decision.detail, {}, SYSTEM)
    if decision.transition:
        _step(case, decision.transition, decision.detail, signal, because)


def _close(signal: HeardSignal, asset: AssetView | None, decision: Close, because: dict[str, Any]) -> None:
    holding.take_back(fold_key(decision, signal, asset))
    case = _standing(decision, signal, asset)
    if case is not None:
        _step(case, decision.transition, {}, signal, because)


def _step(case: Case, transition: str, answers: dict[str, Any], signal: HeardSignal, because: dict[str, Any]) -> None:
    """Make the transition; where the law wants a person, the timeline says what the device said."""
    try:
        act(case.pk, transition, SYSTEM, answers, occurred_at=signal.received_at)
    except (WrongState, WrongPost):
        note(
            case.pk,
            "rule.left_to_people",
            _("restored by the device") if signal.phase == "restored" else "",
            SYSTEM,
            data=because | {"transition": transition},
            occurred_at=signal.received_at,
        )


def _standing(decision: Open | Update | Close, signal: HeardSignal, asset: AssetView | None) -> Case | None:
    return Case.objects.filter(fold_key=fold_key(decision, signal, asset), closed_at__isnull=True).first()


def _subject(signal: HeardSignal, asset: AssetView | None, decision: Open) -> Subject:
    if asset is None:
        return Subject(
            title=(decision.title or signal.source)[:200],
            area_path=load_tree().city().path,
            opened_at=signal.received_at,
            priority=decision.priority,
        )
    on = _ancestor(asset, decision)
    return Subject(
        title=(decision.title or on.name)[:200],
        area_path=on.area_path,
        lng=on.lng,
        lat=on.lat,
        address=on.address,
        premises_id=on.premises_id,
        asset_id=on.id,
        organisation_id=on.organisation_id,
        responsible=_responsible(on, decision.kind.partition(".")[0]),
        opened_at=signal.received_at,
        priority=decision.priority,
    )


def _ancestor(asset: AssetView, decision: Open) -> AssetView:
    from linli.rules.facts import asset_view

    if decision.on == "parent" and asset.parent_id:
        return asset_view(Asset.objects.get(pk=asset.parent_id))
    return asset


def _responsible(asset: AssetView, pack: str) -> UUID | None:
    """The body that holds the pack's duty for the asset or its premises today (`<pack>.responsible`)."""
    things = [thing for thing in (asset.id, asset.premises_id, asset.organisation_id) if thing]
    today = clock.local(clock.now()).date()
    duty = Duty.objects.filter(role=f"{pack}.responsible", target__in=things, during__contains=today).first()
    return duty.body_id if duty else None
