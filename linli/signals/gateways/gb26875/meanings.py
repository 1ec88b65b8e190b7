"""What the bits and numbers of GB/T 26875.3 mean as kinds of signal (8.2; tables 4 and 5 in `types.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from linli.signals.gateways.gb26875 import units
from linli.signals.gateways.gb26875.profiles import Profile

_GAS = frozenset({10, 11, 12, 13, 74})
_ELECTRICAL = frozenset({16, 17, 18})
MANUAL = frozenset({23, 24})
"""Manual call point and hydrant button: somebody pressed it."""

_CONDITIONS = {3: "state.shielded", 4: "state.supervisory", 5: "state.started", 6: "state.feedback", 7: "state.delayed"}
_BITS = {
    units.COMPONENT_STATE: {2: "fault.component", **_CONDITIONS, 8: "fault.power.component"},
    units.SYSTEM_STATE: {
        1: "alarm.fire", 2: "fault.component", **_CONDITIONS, 8: "fault.power.mains", 9: "fault.power.battery",
        10: "fault.line", 11: "state.manual",
    },
    units.DEVICE_STATE: {
        1: "alarm.fire", 2: "fault.component", 3: "fault.power.mains", 4: "fault.power.battery",
        5: "fault.communication", 6: "fault.line",
    },
}  # fmt: skip
STATES = frozenset(_BITS)
EVENTS = {12: ("configuration", "configuration"), 13: ("operation", "reset")}
"""Bits of a system's state that say what has just happened: kind and word."""

_OPERATIONS = ("reset", "silence", "manual_alarm", "alarm_cleared", "self_test", "confirm", "test")
DUTY_ANSWER = 5
"""The bit by which the person on duty answers (type 24; in type 4 it is «confirm»)."""
MANUAL_ALARM, ALARM_CLEARED = 2, 3


@cache
def kinds_of_bits(type_: int, component_type: int | None, profile: Profile) -> dict[int, str]:
    """Bit → kind, for the state of a component (of that type), a system or the device itself."""
    found = dict(_BITS[type_])
    if type_ == units.COMPONENT_STATE:
        found[1] = alarm(component_type)
        found |= dict.fromkeys(profile.more_faults, "fault.component")
    return dict(sorted(found.items()))


def alarm(component_type: int | None) -> str:
    """The kind of alarm that a component of that type raises."""
    if component_type in _GAS:
        return "alarm.gas"
    return "alarm.electrical_fire" if component_type in _ELECTRICAL else "alarm.fire"


def operations(type_: int, status: int) -> list[str]:
    """The operations that were made, in words of the standard."""
    said = list(_OPERATIONS)
    if type_ == units.DEVICE_OPERATION:
        said[DUTY_ANSWER] = "duty_answer"
    return [said[bit] for bit in units.bits(status) if bit < len(said)]


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "types.toml").read_text("utf-8"))


@cache
def component_names(component_type: int) -> tuple[str, str] | None:
    """Chinese and English name of a component's type; None for one that the standard does not name."""
    found = _names()["component"].get(str(component_type))
    return (found[0], found[1]) if found else None
