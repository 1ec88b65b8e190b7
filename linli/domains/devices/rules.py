"""From what devices say about themselves to cases. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from linli.rules.declarations import Close, Decision, Open
from linli.rules.facts import AssetView, HeardSignal, StateView

# More changes of the link than this within an hour are one fault of the device, not many outages (lesson L31).
FLIPS, WITHIN = 4, timedelta(hours=1)
PRIORITY: dict[str, Literal[3, 4]] = {"fault.power.mains": 4, "fault.power.battery": 4}
LINK = ("status.online", "status.offline")


def unknown_sender(signal: HeardSignal, asset: AssetView | None, state: StateView, now: datetime) -> Decision:
    """A sender that nobody has registered is adopted or refused; it makes no alarm case (DC-09 §5.5)."""
    detail = {"source": signal.source[:200], "protocol": signal.protocol, "said": signal.kind[:64]}
    return Open(kind="devices.adoption", title=signal.source, detail=detail)


def reported_fault(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """One open case for each kind of fault and zone; the device's «restored» ends it."""
    zone = str(signal.data.get("zone") or signal.data.get("address") or "")[:64]
    fold = f"{signal.kind}/{zone}"
    if signal.phase in ("restored", "cancelled"):
        return Close(kind="devices.fault", transition="device_restored", fold=fold)
    if signal.phase != "raised":
        return None
    return Open(
        kind="devices.fault",
        title=asset.name,
        detail={"fault": signal.kind, "zone": zone},
        fold=fold,
        priority=PRIORITY.get(signal.kind, 3),
    )


def flapping(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """More than four changes of the link within an hour are one fault case."""
    flips = 1 + sum(1 for one in state.since("status.*", now - WITHIN) if one.kind in LINK)
    if flips <= FLIPS:
        return None
    return Open(kind="devices.unstable", title=asset.name, detail={"flips": flips})


def silence(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """A silent device is an outage until it speaks again; a pack that has a case of its own for it says so."""
    if asset.setting("own_link_case", False):
        return None
    if signal.kind == "status.online":
        return Close(kind="devices.outage", transition="device_restored")
    return Open(kind="devices.outage", title=asset.name, detail={"silent_since": signal.occurred_at})


def unreadable_code(signal: HeardSignal, asset: AssetView, state: StateView, now: datetime) -> Decision:
    """A code outside the tables is stored and asked about once for each device and code (DC-09 §3)."""
    code = str(signal.data.get("code") or "?")[:32]
    detail = {"code": code, "format": str(signal.data.get("format") or "")[:16]}
    return Open(kind="devices.code", title=asset.name, detail=detail, fold=code, priority=4)
