"""Flap damping: a device that opens and closes the same case again and again is one fault of the device."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from linli.cases.models import Case
from linli.cases.registry import kinds
from linli.rules.declarations import Open
from linli.rules.facts import AssetView, HeardSignal

# Product rule of the house: so many cases of one fold within so long, and the next is not one more of them.
OPENED, WITHIN = 3, timedelta(minutes=30)
UNSTABLE = "devices.unstable"


def damped(decision: Open, fold: str, signal: HeardSignal, asset: AssetView) -> tuple[Open, str]:
    """The decision and its fold; of a flapping device the unstable-device case instead. An alarm is never damped."""
    if signal.kind.startswith("alarm.") or decision.kind == UNSTABLE or UNSTABLE not in kinds:
        return decision, fold
    same = Case.objects.filter(asset_id=asset.id, kind_id=decision.kind, fold_key=fold)
    if same.filter(closed_at__isnull=True).exists():
        return decision, fold
    earlier = same.filter(opened_at__gt=signal.received_at - WITHIN).count()
    if earlier < OPENED:
        return decision, fold
    unstable = replace(
        decision,
        kind=UNSTABLE,
        title="",
        detail={"flips": earlier + 1},
        fold="",
        priority=None,
        transition="",
        answers={},
    )
    return unstable, f"{UNSTABLE}:{asset.id}:"
