"""Device profiles: how kinds of devices depart from GB/T 26875.3, and what of it is understood.

A line names its profile; without one the frame's own header does (`of_header`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

CENTRE = b"\xff" * 6
"""What Dahua terminals call the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`bcd`: time stamps in decimal digits. `commands`: commands that the standard reserves and this kind uses.

    `asks_time`: the device itself sends command 1, type 90, and wants our time. `more_faults`: bits of a component's
    status that the standard reserves and that are faults of the component.
    """

    key: str
    bcd: bool = False
    commands: frozenset[int] = frozenset()
    asks_time: bool = False
    more_faults: frozenset[int] = field(default_factory=frozenset)


STANDARD = Profile(key="standard")
DAHUA = Profile(
    key="dahua-1.03",
    bcd=True,
    commands=frozenset({0, 7}),
    asks_time=True,
    more_faults=frozenset({9, 10, 11, 12, 14, 15}),
)
"""Dahua fire terminals v1.03: registration is command 0 with 110 bytes, keep-alive command 7; status bits 9 offline,
10 open circuit, 11 short circuit, 12 removed, 14 sensor fault, 15 upgrade failed (Jokerboozp/TorchLink, MIT)."""

PROFILES = {profile.key: profile for profile in (STANDARD, DAHUA)}


def of_header(user_version: int, source: bytes, destination: bytes) -> Profile:
    """The profile of a frame by its header alone."""
    return DAHUA if user_version == 3 and CENTRE in (source, destination) else STANDARD
