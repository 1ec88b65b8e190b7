"""What is so of an asset, derived from the log: pure, so that the log read again gives the same.

Time of a change: when we received it, for panels' clocks are often wrong; late data alone is placed by the sender's
clock. Late data corrects history; it changes the present only where nothing newer is known of the same condition.
Presence, supervision and position are settled on the way in (`links`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.signals import kinds
from linli.signals.heard import Heard
from linli.signals.history import Change

RAISED = "raised"
WINDOWS = {kinds.MAINTENANCE: "maintenance", kinds.MUTED: "muted"}
# Beyond so many known conditions of one asset the oldest that are over are forgotten.
CONDITIONS_KEPT = 96


@dataclass(slots=True)
class State:
    """Conditions of one asset (see `AssetState`). `changed`: microseconds since 1970 of each one's last change."""

    asset_id: UUID
    last_seen: datetime | None = None
    last_log_id: int | None = None
    armed: str = ""
    areas: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)
    alarms: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    battery: float | None = None
    maintenance_until: datetime | None = None
    muted_until: datetime | None = None

    def copy(self) -> State:
        """A state of its own; the dictionaries are shared until `step` replaces them."""
        return State(
            self.asset_id, self.last_seen, self.last_log_id, self.armed, self.areas, self.faults, self.alarms,
            self.changed, self.measures, self.battery, self.maintenance_until, self.muted_until,
        )  # fmt: skip


def step(state: State, heard: Heard) -> tuple[State, list[Change]]:
    """The state after `heard`, and what changed in history. `state` itself is not touched."""
    new = state.copy()
    changes: list[Change] = []
    new.last_log_id = heard.log_id
    if heard.by_house:
        return new, changes
    if heard.by_device and (new.last_seen is None or new.last_seen < heard.received_at):
        new.last_seen = heard.received_at
    family = heard.kind.partition(".")[0]
    if family == "alarm":
        _alarm(new, heard)
    elif family == "fault" or heard.kind == "state.bypassed":
        _fault(new, heard, changes)
    elif heard.kind in ("state.armed", "state.disarmed"):
        _arming(new, heard, changes)
    elif heard.kind in WINDOWS:
        _window(new, heard, changes)
    if not heard.late:
        _measured(new, heard, family)
    return new, changes


def _alarm(state: State, heard: Heard) -> None:
    """A test bit never demotes an alarm; «cancelled» ends the alarms of its kind in its area."""
    what = condition(heard.kind, heard.facts.get("zone"))
    if heard.phase in ("raised", "continuing", "test"):
        if _is_news(state, what, heard):
            _turn(state, what, heard.moment)
            if what not in state.alarms:
                state.alarms = {**state.alarms, what: _described(heard)}
    elif heard.phase in ("restored", "cancelled"):
        for ended in _ended(state.alarms, what, heard):
            if _is_news(state, ended, heard):
                _turn(state, ended, heard.moment)
                state.alarms = {key: value for key, value in state.alarms.items() if key != ended}


def _fault(state: State, heard: Heard, changes: list[Change]) -> None:
    what = condition(heard.kind, heard.facts.get("zone"))
    if heard.phase in ("raised", "continuing"):
        if not _is_news(state, what, heard):
            changes.append(_correction(state, what, RAISED, heard))
            return
        at = _turn(state, what, heard.moment)
        if what not in state.faults:
            state.faults = {**state.faults, what: _described(heard)}
            changes.append(Change(what, RAISED, at, heard.kind))
    elif heard.phase in ("restored", "cancelled"):
        for ended in _ended(state.faults, what, heard) or [what]:
            if not _is_news(state, ended, heard):
                changes.append(_correction(state, ended, "", heard))
                continue
            at = _turn(state, ended, heard.moment)
            if ended in state.faults:
                state.faults = {key: value for key, value in state.faults.items() if key != ended}
                changes.append(Change(ended, "", at, heard.kind))


def _arming(state: State, heard: Heard, changes: list[Change]) -> None:
    area = str(heard.facts.get("area") or "").strip("0")
    what = f"armed.{area}"[:64] if area else "armed"
    value = str(heard.facts.get("mode") or "away") if heard.kind == "state.armed" else "disarmed"
    if not _is_news(state, what, heard):
        changes.append(_correction(state, what, value, heard))
        return
    at = _turn(state, what, heard.moment)
    if state.areas.get(area) != value:
        state.areas = {**state.areas, area: value}
        modes = set(state.areas.values())
        state.armed = modes.pop()[:12] if len(modes) == 1 else "partial"
        changes.append(Change(what, value, at, heard.kind))


def _window(state: State, heard: Heard, changes: list[Change]) -> None:
    """Maintenance and silence are declared by people: from now until a moment, or ended now."""
    what = WINDOWS[heard.kind]
    name = f"{what}_until"
    at = _turn(state, what, heard.moment)
    standing: datetime | None = getattr(state, name)
    said = heard.facts.get("until")
    until = datetime.fromisoformat(str(said)) if said and heard.phase != "restored" else at
    if standing is not None and standing > at:
        changes.append(Change(what, "", at, heard.kind, standing))
    if until > at:
        changes.append(Change(what, "yes", at, heard.kind, until))
    setattr(state, name, until)


def _measured(state: State, heard: Heard, family: str) -> None:
    """Battery and the last value of each measure: only what is said of the present."""
    battery = heard.facts.get("battery")
    if isinstance(battery, int | float):
        state.battery = float(battery)
    if family == "measure":
        said = {name: value for name, value in heard.facts.items() if isinstance(value, int | float)}
        if said:
            state.measures = {**state.measures, **said}


def condition(kind: str, zone: object) -> str:
    """The name of a condition: its kind, and the zone when the device names one."""
    return f"{kind}:{zone}"[:64] if zone else kind


def _ended(active: dict[str, Any], what: str, heard: Heard) -> list[str]:
    """Which active conditions a restoral or cancellation ends."""
    same_kind = [key for key in active if key.partition(":")[0] == heard.kind]
    if heard.phase == "cancelled":
        area = heard.facts.get("area")
        return [key for key in same_kind if not area or active[key].get("area") in (None, area)]
    if heard.facts.get("zone"):
        return [what] if what in active else []
    return same_kind


def _described(heard: Heard) -> dict[str, Any]:
    about = {name: heard.facts[name] for name in ("zone", "area", "code", "text") if heard.facts.get(name)}
    return {"since": heard.moment.isoformat(), **about}


def _correction(state: State, what: str, value: str, heard: Heard) -> Change:
    return Change(what, value, heard.occurred_at, heard.kind, from_microseconds(state.changed[what]))


def _is_news(state: State, what: str, heard: Heard) -> bool:
    """False for late data about a condition of which something newer is known."""
    return not heard.late or microseconds(heard.occurred_at) >= state.changed.get(what, 0)


def _turn(state: State, what: str, at: datetime) -> datetime:
    """Note when `what` changed; never before its last change, so that history only grows."""
    known = state.changed.get(what, 0)
    moment = microseconds(at)
    if moment < known:
        return from_microseconds(known)
    changed = {**state.changed, what: moment}
    if len(changed) > CONDITIONS_KEPT:
        _forget_oldest(state, changed)
    state.changed = changed
    return at


def _forget_oldest(state: State, changed: dict[str, int]) -> None:
    over = [key for key in changed if key not in state.faults and key not in state.alarms and ":" in key]
    for key in sorted(over, key=lambda key: (changed[key], key))[: len(changed) - CONDITIONS_KEPT]:
        del changed[key]


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(count: int) -> datetime:
    """The inverse of `microseconds`."""
    return _EPOCH + count * _MICROSECOND
