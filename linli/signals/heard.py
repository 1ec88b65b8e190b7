"""A signal as the log holds it: what conditions are derived from and what rules see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from linli.signals import protocols
from linli.signals.registry import signal_kinds


@dataclass(frozen=True)
class Heard:
    """One row of the log. `facts`: its values as plain data; `place`: (lng, lat), the asset's own when it said none."""

    log_id: int
    id: UUID
    protocol: str
    source: str
    sequence: str | None
    kind: str
    phase: str
    occurred_at: datetime
    received_at: datetime
    asset_id: UUID | None
    area_path: str | None
    place: tuple[float, float] | None
    facts: dict[str, Any]
    late: bool
    deviations: tuple[str, ...]
    trust: str

    @property
    def by_house(self) -> bool:
        """Said by the house itself: presence and supervision."""
        return self.protocol == protocols.TIMER

    @property
    def by_device(self) -> bool:
        """Proves that the device is there."""
        return protocols.of(self.protocol).speaks_for_itself

    @property
    def moment(self) -> datetime:
        """When what it says became so: our time of receipt, for panels' clocks are often wrong; late data by its own."""
        return self.occurred_at if self.late else self.received_at

    @cached_property
    def values(self) -> Any:
        """The values by the model of the kind (`signal.values.zone`); None where the sender said nothing."""
        declared = signal_kinds.get(self.kind)
        if declared is None:
            return SimpleNamespace(**self.facts)
        said = {name: value for name, value in self.facts.items() if name not in ("extra", "unread")}
        return declared.values.model_construct(**said, **self.facts.get("extra", {}))
