"""What the centre sends: confirm, deny, our time, and orders and questions of its own (GB/T 26875.3 6.5, 8.3.2).

Nothing here starts or stops anything in a building: the standard has no such command, and none is added.
"""

from __future__ import annotations

from datetime import datetime

from linli.signals.gateways.gb26875 import units
from linli.signals.gateways.gb26875.decode import CONFIRM, CONTROL_COMMAND, DENY, REQUEST, Header, Reply
from linli.signals.gateways.gb26875.frames import END, START
from linli.signals.gateways.gb26875.profiles import Profile
from linli.signals.gateways.gb26875.times import stamp


def frame(
    *,
    sequence: int,
    version: tuple[int, int],
    time_raw: bytes,
    source: bytes,
    destination: bytes,
    command: int,
    unit: bytes = b"",
) -> bytes:
    """A whole frame; addresses and time are six bytes as they go out."""
    body = b"".join(
        (
            sequence.to_bytes(2, "little"), bytes(version), time_raw, source, destination,
            len(unit).to_bytes(2, "little"), bytes((command,)), unit,
        )
    )  # fmt: skip
    return b"".join((START, body, bytes((sum(body) & 0xFF,)), END))


def answer(kind: Reply, asked: Header, profile: Profile, now: datetime) -> bytes:
    """The answer to a frame: same sequence and version, addresses swapped, our time; empty for `none`."""
    if kind == "none":
        return b""
    ours = stamp(now, profile.bcd)
    command, unit = {
        "confirm": (CONFIRM, b""),
        "deny": (DENY, b""),
        "time_sync": (CONTROL_COMMAND, bytes((units.SET_CLOCK, 1)) + ours),
    }[kind]
    return frame(
        sequence=asked.sequence, version=asked.version, time_raw=ours, source=asked.destination,
        destination=asked.source, command=command, unit=unit,
    )  # fmt: skip


def set_clock(now: datetime, profile: Profile) -> tuple[int, bytes]:
    """Command and data unit that set a device's clock to `now`."""
    return CONTROL_COMMAND, bytes((units.SET_CLOCK, 1)) + stamp(now, profile.bcd)


def duty_check(minutes: int) -> tuple[int, bytes]:
    """Command and data unit that ask for the person on duty (查岗); `minutes` 1-255 to answer."""
    return CONTROL_COMMAND, bytes((units.DUTY_CHECK, 1, minutes))


def read_device(type_: int) -> tuple[int, bytes]:
    """Command and data unit that ask a device about itself: state 81, version 85, configuration 86, time 88."""
    return REQUEST, bytes((type_, 1, 0))


def read_operations(count: int, since: datetime, profile: Profile) -> tuple[int, bytes]:
    """Command and data unit that ask for at most `count` (≤ 102) operations of the device since a moment (84)."""
    return REQUEST, bytes((units.READ_DEVICE_OPERATIONS, 1, count)) + stamp(since, profile.bcd)


def read_system(system_type: int, system_address: int) -> tuple[int, bytes]:
    """Command and data unit that ask for the state of one system (61)."""
    return REQUEST, bytes((61, 1, system_type, system_address))


def read_component(system_type: int, system_address: int, address: bytes) -> tuple[int, bytes]:
    """Command and data unit that ask for the state of one component (62); `address` is its four bytes."""
    return REQUEST, bytes((62, 1, system_type, system_address)) + address
