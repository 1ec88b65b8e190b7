"""Decisions that wait: an alarm to be verified, a value that must persist. Carried out by the timer, not by a message."""

from __future__ import annotations

from dataclasses import asdict

from linli.rules.declarations import Open, Rule
from linli.rules.facts import HeardSignal
from linli.rules.models import Held


def hold(rule: Rule, signal: HeardSignal, fold_key: str, decision: Open) -> None:
    """Keep `decision` until it is due, counted from the receipt of `signal`; an earlier one of the fold stays."""
    said = asdict(decision)
    after = said.pop("after")
    Held.objects.get_or_create(
        fold_key=fold_key,
        defaults={
            "rule": rule.key,
            "log_id": signal.log_id,
            "decision": said,
            "due_at": signal.received_at + after,
        },
    )


def take_back(fold_key: str) -> None:
    """What was to be verified is over before its time: nothing comes of it."""
    Held.objects.filter(fold_key=fold_key).delete()


def decision_of(held: Held) -> Open:
    """The decision as it was made."""
    return Open(**held.decision)
