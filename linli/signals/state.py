"""From what was so and what is heard to what is so now: pure, so that the log read again gives the same state.

Time of a change: when we received it, for panels' clocks are often wrong; late data alone is placed by the sender's
clock. Late data corrects history; it changes the present only where nothing newer is known of the same condition, and
it never moves the map.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from linli.signals import kinds

PRESENCE = {kinds.ONLINE: "online", kinds.LATE: "late", kinds.OFFLINE: "offline"}
SUPERVISION = {kinds.SUPERVISED: "yes", kinds.UNSUPERVISED: ""}
RAISED = "raised"
# Beyond so many known conditions of one asset the oldest that are over are forgotten.
CONDITIONS_KEPT = 96


class Heard(Protocol):
    """What `step` reads of a signal."""

    @property
    def protocol(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def late(self) -> bool: ...
    @property
    def place(self) -> tuple[float, float] | None: ...
    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def by_house(self) -> bool: ...
    @property
    def by_device(self) -> bool: ...


class Change(NamedTuple):
    """From `at` on, `what` of the asset has `value` ("" = it is over); until `until` when late data corrects history."""

    what: str
    value: str
    at: datetime
    cause: str
    until: datetime | None = None


@dataclass(slots=True)
class State:
    """What is so of one asset (see `AssetState`). `changed`: microseconds since 1970 of each condition's last change."""

    asset_id: UUID
    presence: str = "never"
    supervised: bool = False
    last_seen: datetime | None = None
    last_log_id: int | None = None
    armed: str = ""
    areas: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)
    alarms: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    lng: float | None = None
    lat: float | None = None
    position_at: datetime | None = None
    position_logged_at: datetime | None = None
    battery: float | None = None
    gateway: str = ""
    due_late_at: datetime | None = None

    def copy(self) -> State:
        """A state of its own; the dictionaries are shared until `step` replaces them."""
        return State(
            self.asset_id, self.presence, self.supervised, self.last_seen, self.last_log_id, self.armed, self.areas,
            self.faults, self.alarms, self.changed, self.lng, self.lat, self.position_at, self.position_logged_at,
            self.battery, self.gateway, self.due_late_at,
        )  # fmt: skip


def differs(before: State, after: State) -> bool:
    """True when more than the last sign of life changed (`step` keeps dictionaries it did not change)."""
    return (
        before.changed is not after.changed
        or before.presence != after.presence
        or before.supervised != after.supervised
        or before.battery != after.battery
        or before.position_at != after.position_at
        or before.gateway != after.gateway
        or before.alarms is not after.alarms
        or before.faults is not after.faults
    )


def step(state: State, heard: Heard) -> tuple[State, list[Change]]:
    """The state after `heard`, and what changed in history. `state` itself is not touched."""
    new = state.copy()
    changes: list[Change] = []
    kind = heard.kind
    if heard.by_house and (kind in PRESENCE or kind in SUPERVISION):
        _link(new, heard, changes)
        return new, changes
    if heard.by_device:
        new.gateway = heard.protocol
        if new.last_seen is None or new.last_seen < heard.received_at:
            new.last_seen = heard.received_at
    family = kind.partition(".")[0]
    if family == "alarm":
        _alarm(new, heard)
    elif family == "fault" or kind == "state.bypassed":
        _fault(new, heard, changes)
    elif kind in ("state.armed", "state.disarmed"):
        _arming(new, heard, changes)
    if not heard.late:
        _present_facts(new, heard)
    return new, changes


def _link(state: State, heard: Heard, changes: list[Change]) -> None:
    """Presence and supervision change by the house's own signals alone: so they stand in the log."""
    what = "presence" if heard.kind in PRESENCE else "supervised"
    value = PRESENCE[heard.kind] if what == "presence" else SUPERVISION[heard.kind]
    at = _turn(state, what, heard.occurred_at)
    if what == "presence" and state.presence != value:
        state.presence = value
        changes.append(Change(what, value, at, heard.facts.get("cause", "")))
    elif what == "supervised" and state.supervised != bool(value):
        state.supervised = bool(value)
        changes.append(Change(what, value, at, heard.facts.get("cause", "")))


def _alarm(state: State, heard: Heard) -> None:
    """A test bit never demotes an alarm; «cancelled» ends all alarms of its area."""
    what = condition(heard.kind, heard.facts.get("zone"))
    if heard.phase in ("raised", "continuing", "test"):
        if _is_news(state, what, heard):
            _turn(state, what, _moment(heard))
            if what not in state.alarms:
                state.alarms = {**state.alarms, what: _described(heard)}
    elif heard.phase in ("restored", "cancelled"):
        for ended in _ended(state.alarms, what, heard):
            if _is_news(state, ended, heard):
                _turn(state, ended, _moment(heard))
                state.alarms = {key: value for key, value in state.alarms.items() if key != ended}


def _fault(state: State, heard: Heard, changes: list[Change]) -> None:
    what = condition(heard.kind, heard.facts.get("zone"))
    if heard.phase in ("raised", "continuing"):
        if not _is_news(state, what, heard):
            changes.append(_correction(state, what, RAISED, heard))
            return
        at = _turn(state, what, _moment(heard))
        if what not in state.faults:
            state.faults = {**state.faults, what: _described(heard)}
            changes.append(Change(what, RAISED, at, heard.kind))
    elif heard.phase in ("restored", "cancelled"):
        for ended in _ended(state.faults, what, heard) or [what]:
            if not _is_news(state, ended, heard):
                changes.append(_correction(state, ended, "", heard))
                continue
            at = _turn(state, ended, _moment(heard))
            if ended in state.faults:
                state.faults = {key: value for key, value in state.faults.items() if key != ended}
                changes.append(Change(ended, "", at, heard.kind))


def _arming(state: State, heard: Heard, changes: list[Change]) -> None:
    area = str(heard.facts.get("area") or "").strip("0")
    what = f"armed.{area}"[:64] if area else "armed"
    value = (heard.facts.get("mode") or "away") if heard.kind == "state.armed" else "disarmed"
    if not _is_news(state, what, heard):
        changes.append(_correction(state, what, value, heard))
        return
    at = _turn(state, what, _moment(heard))
    if state.areas.get(area) != value:
        state.areas = {**state.areas, area: value}
        state.armed = _summary(state.areas)
        changes.append(Change(what, value, at, heard.kind))


def _summary(areas: dict[str, str]) -> str:
    """The whole device in a word: the mode all areas share, or «partial»."""
    modes = set(areas.values())
    return modes.pop()[:12] if len(modes) == 1 else "partial"


def _present_facts(state: State, heard: Heard) -> None:
    """Place and battery: only what is said of the present."""
    battery = heard.facts.get("battery")
    if isinstance(battery, int | float):
        state.battery = float(battery)
    if (
        heard.place
        and heard.kind == kinds.POSITION
        and (not state.position_at or heard.received_at >= state.position_at)
    ):
        state.lng, state.lat = heard.place
        state.position_at = heard.received_at


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
    facts = heard.facts
    about = {name: facts[name] for name in ("zone", "area", "code", "text") if facts.get(name)}
    return {"since": _moment(heard).isoformat(), **about}


def _moment(heard: Heard) -> datetime:
    return heard.occurred_at if heard.late else heard.received_at


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
