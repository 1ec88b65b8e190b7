"""A known sender: its asset, whether it is there, and how long its silence is borne."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(slots=True)
class Sender:
    """An asset as its entrance sees it: where it stands, presence, patience.

    `late_after` and `offline_after` are None for an asset that nobody expects to speak by itself. `known`: it has a
    row of state. `due_at`: the stored moment at which its silence is looked at; `least`: the shortest silence that
    changes anything; `packed`, `packed_point`: asset with area, and point, as the log's COPY takes them.
    """

    asset_id: UUID
    area_path: str
    point: tuple[float, float] | None
    late_after: timedelta | None
    offline_after: timedelta | None
    supervised_after: timedelta
    known: bool = False
    presence: str = "never"
    supervised: bool = False
    last_seen: datetime | None = None
    position_at: datetime | None = None
    position_logged_at: datetime | None = None
    due_at: datetime | None = None
    follow_until: datetime | None = None
    gateway: str = ""
    least: timedelta = timedelta()
    packed: bytes = b""
    packed_point: bytes = b""

    def __post_init__(self) -> None:
        area = b"\x01" + self.area_path.encode()  # ltree's version byte
        self.packed = b"\0\0\0\x10" + self.asset_id.bytes + len(area).to_bytes(4, "big") + area
        self.packed_point = struct.pack("!idid", 8, self.point[0], 8, self.point[1]) if self.point else b"\xff" * 8
        self.least = min(self.late_after or self.supervised_after, self.supervised_after)

    def next_limit(self) -> timedelta | None:
        """After how much silence the next thing changes; None = nothing does."""
        waits = [self.supervised_after] if self.supervised else []
        if self.presence == "online" and self.late_after:
            waits.append(self.late_after)
        elif self.presence == "late" and self.offline_after:
            waits.append(self.offline_after)
        return min(waits) if waits else None
