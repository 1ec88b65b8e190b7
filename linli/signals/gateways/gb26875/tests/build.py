"""Frames for the tests, built by the product's own encoder from plain words."""

from datetime import UTC, datetime

from linli.signals.gateways.gb26875 import reply
from linli.signals.gateways.gb26875.times import stamp

NOW = datetime(2026, 5, 20, 0, 30, 0, tzinfo=UTC)  # 08:30 on the wall
DEVICE = bytes.fromhex("790300000000")
CENTRE = bytes.fromhex("385b01000000")


def framed(
    unit=b"", *, command=2, sequence=1, at=NOW, source=DEVICE, destination=CENTRE, version=(1, 1), time_raw=None
):
    return reply.frame(
        sequence=sequence,
        version=version,
        time_raw=stamp(at) if time_raw is None else time_raw,
        source=source,
        destination=destination,
        command=command,
        unit=unit,
    )


def component(status, *, type_=40, zone=2, point=14, text="二楼烟感", system=(1, 1), at=NOW, time_raw=None):
    """The 46 bytes of a component's state."""
    raw = text if isinstance(text, bytes) else text.encode("gb18030")
    return b"".join(
        (
            bytes(system),
            bytes((type_,)),
            zone.to_bytes(2, "little"),
            point.to_bytes(2, "little"),
            status.to_bytes(2, "little"),
            raw[:31].ljust(31, b"\x00"),
            stamp(at) if time_raw is None else time_raw,
        )
    )


def components(*objects, **fields):
    """A frame of type 2 with these objects."""
    return framed(bytes((2, len(objects))) + b"".join(objects), **fields)


def device_state(status, at=NOW, **fields):
    return framed(bytes((21, 1, status)) + stamp(at), at=at, **fields)


def operated(flags, operator=7, at=NOW, **fields):
    return framed(bytes((24, 1, flags, operator)) + stamp(at), at=at, **fields)
