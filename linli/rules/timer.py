"""The timer of held decisions: what is due is carried out, also when nothing is heard any more (L11)."""

from __future__ import annotations

from django.db import transaction

from linli.base import clock, visibility
from linli.registers.models import Asset
from linli.rules import engine, holding
from linli.rules.applying import open_now, why
from linli.rules.facts import asset_view, heard
from linli.rules.models import Held
from linli.rules.registry import rules
from linli.signals.models import Signal

LIMIT = 100


def fire_due() -> int:
    """Carry out up to a hundred held decisions that are due; how many. Each is done once, or kept as failed."""
    with transaction.atomic(), visibility.system():
        due = Held.objects.select_for_update(skip_locked=True).filter(due_at__lte=clock.now()).order_by("due_at")
        found = list(due[:LIMIT])
        for held in found:
            _fire(held)
        Held.objects.filter(pk__in=[held.pk for held in found]).delete()
    return len(found)


def _fire(held: Held) -> None:
    rule = rules.get(held.rule)
    row = Signal.objects.filter(log_id=held.log_id).defer("raw").first()
    if rule is None or row is None:
        return  # its pack was taken out, or the log has forgotten the signal
    asset = Asset.objects.filter(pk=row.asset_id).first() if row.asset_id else None
    view = asset_view(asset) if asset else None
    signal = heard(row)
    because = why(rule, signal) | {"held_until": held.due_at.isoformat()}
    engine.guarded(rule, signal, lambda: open_now(rule, signal, view, holding.decision_of(held), because))
