"""From the signal log to cases: reads by cursor, one asset after the other, exactly once.

The cursor moves in the transaction of the acts, together with the asset states that the follower of the log derives:
a kill at any point repeats nothing and loses nothing. A rule that
raises costs its own decision on that signal: the failure is kept, the log goes on.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, transaction

from linli.base import outbox, visibility
from linli.registers.models import Asset
from linli.rules.applying import apply
from linli.rules.declarations import UNKNOWN_SENDER, Decision, Rule
from linli.rules.facts import (
    NEVER_SILENCED,
    RECENT,
    RECENT_WITHIN,
    AssetView,
    HeardSignal,
    StateView,
    as_seen,
    asset_view,
    matches,
    state_view,
)
from linli.rules.models import RuleFailure
from linli.rules.registry import rules
from linli.signals import logbook
from linli.signals.follow import HEARD, READER, Follower, as_heard
from linli.signals.heard import Heard
from linli.signals.models import AssetState
from linli.signals.state import State

__all__ = ["READER", "decide", "gather", "judge", "run_once"]

log = logging.getLogger("linli.rules")


@dataclass
class Context:
    """The assets of a batch, their states, and what each said before; grows as the batch is judged.

    `conditions`: what was so of the asset before the signal that is judged now.
    """

    assets: dict[UUID, AssetView] = field(default_factory=dict)
    states: dict[UUID, AssetState] = field(default_factory=dict)
    before: dict[UUID, list[HeardSignal]] = field(default_factory=lambda: defaultdict(list))
    conditions: State | None = None

    def state(self, asset_id: UUID | None) -> StateView:
        """The state of an asset as the next rule sees it."""
        if asset_id is None:
            return StateView()
        return state_view(self.states.get(asset_id), self.conditions, self.before[asset_id])

    def passed(self, asset_id: UUID | None, signal: HeardSignal) -> None:
        """`signal` is judged: it is the past of the next one."""
        if asset_id is not None:
            line = self.before[asset_id]
            line.append(signal)
            del line[:-RECENT]


def run_once(limit: int = 500) -> int:
    """Judge up to `limit` signals behind the cursor; how many. Safe with several workers: the cursor is locked."""
    with transaction.atomic(), visibility.system():
        follower = Follower(logbook.cursor())
        signals = follower.read(limit)
        if signals:
            context = gather(follower.own, signals)
            for signal in signals:
                context.conditions = follower.step(signal)
                judge(signal.asset_id, as_seen(signal), context)
            follower.save()
    return len(signals)


_EARLIER = f"""
SELECT earlier.* FROM unnest(%s::uuid[]) AS wanted(asset) CROSS JOIN LATERAL (
    {HEARD} WHERE asset_id = wanted.asset AND log_id < %s AND received_at >= %s ORDER BY log_id DESC LIMIT {RECENT}
) earlier ORDER BY earlier.log_id
"""


def gather(own: psycopg.Cursor[Any], signals: Sequence[Heard]) -> Context:
    """What the rules need to know about the assets of `signals`: three queries.

    State and past only of those that a rule is asked about: most signals concern none, and each asset's last fifty
    are read for itself, so that a talkative one takes no room from others.
    """
    ids = {signal.asset_id for signal in signals if signal.asset_id}
    context = Context()
    if not ids:
        return context
    for asset in Asset.objects.filter(pk__in=ids):
        context.assets[asset.pk] = asset_view(asset)
    wanted = _concerned(signals, context.assets)
    if not wanted:
        return context
    for state in AssetState.objects.filter(asset_id__in=wanted):
        context.states[state.asset_id] = state
    since = min(signal.received_at for signal in signals) - RECENT_WITHIN
    own.execute(_EARLIER, [list(wanted), signals[0].log_id, since], prepare=True, binary=True)
    for row in own.fetchall():
        earlier = as_heard(row)
        context.passed(earlier.asset_id, as_seen(earlier))
    return context


def _concerned(signals: Sequence[Heard], assets: Mapping[UUID, AssetView]) -> set[UUID]:
    """The assets of which one of `signals` is a rule's business."""
    found = set()
    for signal in signals:
        asset = assets.get(signal.asset_id) if signal.asset_id else None
        if asset and rules_for(signal.kind, asset.type, False):
            found.add(asset.id)
    return found


def decide(
    signal: HeardSignal, asset: AssetView | None, state: StateView, installed: Iterable[Rule] | None = None
) -> list[tuple[Rule, Decision | Exception]]:
    """What the rules say to `signal`: pure. A rule for senders without an asset has the asset type ""."""
    said: list[tuple[Rule, Decision | Exception]] = []
    type_ = asset.type if asset else UNKNOWN_SENDER
    chosen = rules_for(signal.kind, type_, asset is None) if installed is None else installed
    for rule in chosen:
        if installed is not None and not concerns(rule, signal.kind, type_, asset is None):
            continue
        try:
            decision = rule.decide(signal, asset, state, signal.received_at)
        except Exception as fault:
            said.append((rule, fault))
            continue
        if decision is not None:
            said.append((rule, decision))
    return said


def concerns(rule: Rule, kind: str, type_: str, unknown: bool) -> bool:
    """Whether `rule` is asked about signals of `kind` from assets of `type_` (or from an unknown sender)."""
    if not matches(kind, rule.on):
        return False
    if unknown:
        return UNKNOWN_SENDER in rule.asset_types
    return not rule.asset_types or type_ in rule.asset_types


_chosen: dict[tuple[str, str, bool], tuple[int, tuple[Rule, ...]]] = {}


def rules_for(kind: str, type_: str, unknown: bool) -> tuple[Rule, ...]:
    """The installed rules that concern such signals; remembered until others are installed."""
    key = (kind, type_, unknown)
    known = _chosen.get(key)
    if known is None or known[0] != rules.edition:
        known = (rules.edition, tuple(rule for rule in rules if concerns(rule, kind, type_, unknown)))
        if len(_chosen) > 10_000:
            _chosen.clear()
        _chosen[key] = known
    return known[1]


def judge(asset_id: UUID | None, signal: HeardSignal, context: Context) -> None:
    """Let the rules decide about one signal and carry it out."""
    asset = context.assets.get(asset_id) if asset_id else None
    state = context.state(asset_id)
    if not _muted(signal, state):
        for rule, decision in decide(signal, asset, state):
            if isinstance(decision, Exception):
                _failed(rule, signal, decision)
            else:
                _carry_out(rule, signal, asset, decision, state)
    context.passed(asset_id, signal)


def _muted(signal: HeardSignal, state: StateView) -> bool:
    """A silenced asset makes no cases, except of what is never silenced; it is heard and shown as ever."""
    return bool(state.muted_until and state.muted_until > signal.received_at and signal.kind not in NEVER_SILENCED)


def _carry_out(rule: Rule, signal: HeardSignal, asset: AssetView | None, decision: Decision, state: StateView) -> None:
    guarded(rule, signal, lambda: apply(rule, signal, asset, decision, state))


def guarded(rule: Rule, signal: HeardSignal, act: Callable[[], None]) -> None:
    """Do `act`; what goes wrong in it is taken back and kept as the rule's failure. A lost database is not the rule's."""
    try:
        with transaction.atomic():
            act()
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        _failed(rule, signal, fault)


def _failed(rule: Rule, signal: HeardSignal, fault: Exception) -> None:
    """Keep that `rule` failed on `signal`, loudly, and let the log go on."""
    log.error("rule %s failed on signal %s: %r", rule.key, signal.log_id, fault)
    RuleFailure.objects.get_or_create(
        rule=rule.key,
        log_id=signal.log_id,
        defaults={"version": rule.version, "error": f"{type(fault).__name__}: {fault}"[:1000]},
    )
    outbox.emit("signal.rule_failed", {"id": str(signal.id), "rule": rule.key})
