"""What a rule sees: a signal, its asset, what was so of it. Values without a database behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from linli.registers.models import Asset
from linli.registers.registry import asset_types
from linli.signals.heard import Heard
from linli.signals.models import AssetState, Signal
from linli.signals.registry import signal_kinds
from linli.signals.state import State

# How much of an asset's recent past a rule may look at.
RECENT, RECENT_WITHIN = 50, timedelta(hours=1)

# Danger to life and break-ins: a device's silence never keeps these from becoming cases.
NEVER_SILENCED = frozenset(
    {
        "alarm.fire",
        "alarm.electrical_fire",
        "alarm.gas",
        "alarm.panic",
        "alarm.medical",
        "alarm.intrusion",
        "alarm.tamper",
    }
)


@dataclass(frozen=True)
class HeardSignal:
    """A signal of the log. `values` reads the typed values by attribute; `data` is the same as a mapping."""

    log_id: int
    id: UUID
    protocol: str
    source: str
    kind: str
    phase: str
    occurred_at: datetime
    received_at: datetime
    data: Mapping[str, Any]
    late: bool
    trust: str
    sequence: str | None = None

    @cached_property
    def values(self) -> Any:
        """The values in the shape that their kind declares."""
        declared = signal_kinds.get(self.kind)
        return declared.values.model_validate(dict(self.data)) if declared else dict(self.data)


@dataclass(frozen=True)
class AssetView:
    """An asset as a rule sees it; settings are resolved: its own, else its type's."""

    id: UUID
    type: str
    number: str
    name: str
    area_path: str
    address: str = ""
    lng: float | None = None
    lat: float | None = None
    premises_id: UUID | None = None
    organisation_id: UUID | None = None
    parent_id: UUID | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of the asset, else the default of its type's model, else `default`."""
        if name in self.settings:
            return self.settings[name]
        declared = asset_types.get(self.type)
        return getattr(declared.settings(), name, default) if declared and declared.settings else default


@dataclass(frozen=True)
class StateView:
    """What was so of the asset when the signal is judged, and what it said before (newest last)."""

    presence: str = "never"
    armed: str = ""
    faults: Mapping[str, Any] = field(default_factory=dict)
    alarms: Mapping[str, Any] = field(default_factory=dict)
    muted_until: datetime | None = None
    maintenance_until: datetime | None = None
    before: tuple[HeardSignal, ...] = ()

    def recent(self, kind: str, within: timedelta) -> list[HeardSignal]:
        """Earlier signals of `kind` (`alarm.*` takes a family) received no longer than `within` before the last one."""
        if not self.before:
            return []
        since = self.before[-1].received_at - within
        return [one for one in self.before if one.received_at >= since and matches(one.kind, (kind,))]

    def since(self, kind: str, moment: datetime) -> list[HeardSignal]:
        """Earlier signals of `kind` received at `moment` or later."""
        return [one for one in self.before if one.received_at >= moment and matches(one.kind, (kind,))]

    def last(self, name: str) -> Any:
        """The last value called `name` that an earlier signal carried, or None."""
        return next((one.data[name] for one in reversed(self.before) if name in one.data), None)


def matches(kind: str, wanted: Iterable[str]) -> bool:
    """True when `kind` is one of `wanted`; `alarm.*` takes a whole family, `*` everything."""
    return any(kind == one or one == "*" or (one.endswith(".*") and kind.startswith(one[:-1])) for one in wanted)


def heard(row: Signal) -> HeardSignal:
    """The rule's view of a row of the log."""
    return HeardSignal(
        row.log_id,
        row.id,
        row.protocol,
        row.source,
        row.kind,
        row.phase,
        row.occurred_at,
        row.received_at,
        row.values,
        row.late,
        row.trust,
        row.sequence,
    )


def asset_view(row: Asset) -> AssetView:
    """The rule's view of an asset."""
    return AssetView(
        row.pk,
        row.type,
        row.number,
        row.name,
        row.area_path,
        row.address,
        row.lng,
        row.lat,
        row.premises_id,
        row.organisation_id,
        row.parent_id,
        row.settings,
    )


def as_seen(signal: Heard) -> HeardSignal:
    """The rule's view of a signal that the follower read."""
    return HeardSignal(
        signal.log_id, signal.id, signal.protocol, signal.source, signal.kind, signal.phase, signal.occurred_at,
        signal.received_at, signal.facts, signal.late, signal.trust, signal.sequence,
    )  # fmt: skip


def state_view(row: AssetState | None, conditions: State | None, before: Iterable[HeardSignal]) -> StateView:
    """The rule's view of an asset: presence as stored, conditions as they were before the signal judged."""
    if conditions is None:
        return StateView(before=tuple(before))
    return StateView(
        row.presence if row else "never",
        conditions.armed,
        conditions.faults,
        conditions.alarms,
        conditions.muted_until,
        conditions.maintenance_until,
        tuple(before),
    )
