"""A known sender: its asset, what is so of it, and how long its silence is borne."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from linli.signals.state import State


@dataclass(slots=True)
class Sender:
    """An asset that was heard: where it stands, what is so of it, and after how much silence that changes.

    `late_after` and `offline_after` are None for an asset that nobody expects to speak by itself.
    """

    asset_id: UUID
    state: State
    area_path: str
    point: tuple[float, float] | None
    late_after: timedelta | None
    offline_after: timedelta | None
    supervised_after: timedelta
    follow_until: datetime | None

    def next_due(self) -> datetime | None:
        """When its silence, counted from the last sign of life, changes something next; None = never."""
        state = self.state
        if state.last_seen is None:
            return None
        waits = [self.supervised_after] if state.supervised else []
        if state.presence == "online" and self.late_after:
            waits.append(self.late_after)
        elif state.presence == "late" and self.offline_after:
            waits.append(self.offline_after)
        return state.last_seen + min(waits) if waits else None
