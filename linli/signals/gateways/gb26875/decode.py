"""One frame → what it says, how far it may be trusted, and which answer it gets (GB/T 26875.3 6.5, 6.6).

Pure: no socket, no clock, no database. Nothing that a sender can put into a frame raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from linli.signals.gateways.gb26875 import units
from linli.signals.gateways.gb26875.frames import CONTROL, LONGEST_UNIT, Frame, Malformed, checksum
from linli.signals.gateways.gb26875.profiles import PROFILES, Profile, of_header
from linli.signals.gateways.gb26875.times import ZERO, moment
from linli.signals.gateways.gb26875.units import Unit, UnitFault

Verdict = Literal["accept", "accept_with_deviation", "quarantine"]
Reply = Literal["confirm", "deny", "time_sync", "none"]

CONTROL_COMMAND, SEND, CONFIRM, REQUEST, ANSWER, DENY = 1, 2, 3, 4, 5, 6
REGISTER, KEEP_ALIVE = 0, 7
"""Reserved by the standard, used by a profile."""
_KNOWN = frozenset({CONTROL_COMMAND, SEND, CONFIRM, REQUEST, ANSWER, DENY})
NOTED = frozenset({"object_time_zero"})
"""Habits that are written down while the frame still counts as plainly accepted."""


class Header(NamedTuple):
    """The control unit (6.6, table 1). `source` and `destination` are as sent, six bytes."""

    sequence: int
    version: tuple[int, int]
    time_raw: bytes
    source: bytes
    destination: bytes
    length: int
    command: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What one frame says. `reasons`: why it is in quarantine, in stable words. `time_tag`: None when it is no time."""

    verdict: Verdict
    reply: Reply
    raw: bytes
    header: Header
    profile: Profile
    checksum_ok: bool
    end_ok: bool
    reasons: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    time_tag: datetime | None = None
    unit: Unit | None = None


def header(raw: bytes) -> Header:
    """The control unit of a frame; needs its first 27 bytes."""
    little = int.from_bytes
    return Header(
        raw[2] | raw[3] << 8,
        (raw[4], raw[5]),
        raw[6:12],
        raw[12:18],
        raw[18:24],
        little(raw[24:26], "little"),
        raw[26],
    )


def decode(frame: Frame, profile: Profile | None = None) -> Decoded:
    """Everything a frame says, with verdict and kind of answer; by `profile`, else by the one its header shows."""
    raw = frame.raw
    head = header(raw)
    profile = profile or of_header(head.version[1], head.source, head.destination)
    noted: list[str] = []
    time_tag = moment(head.time_raw, profile.bcd)
    if time_tag is None:
        noted.append("time_tag_zero" if head.time_raw == ZERO else "time_tag_invalid")
    if head.version[0] != 1:
        noted.append("main_version_not_1")
    unit, fault = None, _fault(frame, head, profile)
    if not fault:
        try:
            unit, found = units.read(raw[CONTROL:-3], bcd=profile.bcd)
            noted += found
        except UnitFault as broken:
            fault = broken.reason
    if head.command in (REGISTER, KEEP_ALIVE) and not fault:
        noted.append("command_reserved")
    reply = _refusal(frame, head) if fault else _reply(head, unit, profile)
    if reply == "time_sync":
        noted.append("device_asks_time")
    return Decoded(
        verdict="quarantine" if fault else "accept" if NOTED.issuperset(noted) else "accept_with_deviation",
        reply=reply,
        raw=raw,
        header=head,
        profile=profile,
        checksum_ok=frame.checksum_ok,
        end_ok=frame.end_ok,
        reasons=(fault,) if fault else (),
        deviations=tuple(sorted(set(noted))) if noted else (),
        time_tag=time_tag,
        unit=unit,
    )


def too_long(found: Malformed) -> Decoded:
    """A frame refused at its header because it says that it is longer than any may be."""
    raw = found.raw
    head = header(raw)
    profile = of_header(head.version[1], head.source, head.destination)
    whole = len(raw) == CONTROL + 3 + head.length
    return Decoded(
        verdict="quarantine",
        reply="deny" if _deniable(head) else "none",
        raw=raw,
        header=head,
        profile=profile,
        checksum_ok=whole and raw[-3] == checksum(raw),
        end_ok=False,
        reasons=("too_long",),
        time_tag=moment(head.time_raw, profile.bcd),
    )


def _fault(frame: Frame, head: Header, profile: Profile) -> str:
    """Why the frame cannot stand, or empty (6.5.3)."""
    if not frame.checksum_ok:
        return "checksum"
    if not frame.end_ok:
        return "end_marker"
    if head.length > LONGEST_UNIT:
        return "too_long"
    return "" if head.command in _KNOWN or head.command in profile.commands else "command"


def _refusal(frame: Frame, head: Header) -> Reply:
    """Deny what is not understood in whole; silence where checksum and end are both wrong: then so may be the length."""
    if not frame.checksum_ok and not frame.end_ok:
        return "none"
    return "deny" if _deniable(head) else "none"


def _deniable(head: Header) -> bool:
    """Answers are never answered, or two ends could deny each other for ever."""
    return head.command not in (CONFIRM, ANSWER, DENY)


def _reply(head: Header, unit: Unit | None, profile: Profile) -> Reply:
    if head.command == SEND or head.command in profile.commands:
        return "confirm"
    asks = profile.asks_time and head.command == CONTROL_COMMAND and unit is not None and unit.type == units.SET_CLOCK
    return "time_sync" if asks and not _from_centre(head) else "none"


def _from_centre(head: Header) -> bool:
    return head.source in (b"\xff" * 6, ZERO)


def profile_named(name: str) -> Profile | None:
    """The profile a line names; None for a name that is none of this protocol's: then each frame's header tells."""
    return PROFILES.get(name)
