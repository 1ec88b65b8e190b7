"""What the rules know about a system without asking the database: its zones and how it is wired.

Kept in the asset's settings (`systems.tell_rules` writes it from the register), so that rules stay pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from linli.domains.networked_alarms.vocabulary import Principle, Setting, SystemKind


class ZonePlan(BaseModel):
    """One zone (防区): what it is called, how it detects, which zones lie beside it."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    principle: Principle | None = None
    adjacent: tuple[str, ...] = ()


class SitePlan(BaseModel):
    """A system as its rules see it. `zones` by number without leading zeros; `test_until` ends a test window.

    `own_link_case`: its silence is this pack's case, not the general one of devices.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: SystemKind = SystemKind.INTRUSION
    zones: dict[str, ZonePlan] = {}
    video: bool = False
    wired_to_110: bool = False
    setting: Setting = Setting.URBAN
    test_until: datetime | None = None
    own_link_case: bool = True

    def zone(self, number: str) -> ZonePlan:
        """The zone of that number; one about which nothing is known when it is not listed."""
        return self.zones.get(zone_number(number), ZonePlan())

    def in_test(self, now: datetime) -> bool:
        """A test window is open at `now`."""
        return self.test_until is not None and now < self.test_until


def supervision(kind: str, path: str) -> timedelta | None:
    """How often a system must be heard: late after three times this. None: the usual of an IP panel.

    Fire ≤ 2 h, telephone line (PSTN) ≤ 24 h, IP panels ≤ 5 min (link supervision, GA 1383-2017 5.3; GB 50440-2007).
    """
    if kind == SystemKind.FIRE:
        return timedelta(minutes=40)
    return timedelta(hours=8) if path.upper() in ("PSTN", "电话") else None


def zone_number(text: Any) -> str:
    """A zone as panels write it, without leading zeros: `003` and `3` are one zone."""
    return str(text or "").strip().lstrip("0") or ("0" if text else "")
