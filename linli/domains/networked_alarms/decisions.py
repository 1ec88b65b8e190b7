"""The decision rule of alarm operation: hand over at once, or verify. Pure.

Sources: practice of receiving and handling networked alarms (区域报警接处警; Shanghai association notice 2010), five
cases for immediate report to 110; GB 50440-2007 for 119. The numbers of the cases are those of the notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.domains.networked_alarms.site_plan import SitePlan, zone_number
from linli.domains.networked_alarms.vocabulary import Ground, Nature, Outcome, Principle

IN_SEQUENCE = timedelta(seconds=120)
CALL_POINT_CODES = {"115"}  # Contact ID «pull station»
FALSE_WINDOW = timedelta(days=30)
FALSE_FOR_IMPROVEMENT, FALSE_FOR_BYPASS = 3, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One alarm as the centre received it. `at`: the time of receipt, for panels' clocks are often wrong.

    `summary`: a device or a system says that something in it is on fire, not which detector.
    """

    nature: Nature
    zone: str
    at: datetime
    code: str = ""
    manual: bool = False
    verified: bool = False
    silent: bool = False
    summary: bool = False


def ground(heard: Heard, earlier: Iterable[Heard], plan: SitePlan) -> Ground | None:
    """Why `heard` is handed over at once, None when it is to be verified first. `earlier`: alarms before it."""
    if heard.nature == Nature.PANIC:
        return _panic(heard, plan)
    if heard.nature in (Nature.FIRE, Nature.GAS):
        return _fire(heard, earlier, plan)
    if heard.nature == Nature.INTRUSION:
        return _intrusion(heard, earlier, plan)
    return None


def is_call_point(heard: Heard, plan: SitePlan) -> bool:
    """Somebody pushed a manual call point: by the zone list, the code, or the device's own word."""
    listed = plan.zone(heard.zone).principle == Principle.CALL_POINT
    return heard.nature == Nature.FIRE and (listed or heard.manual or heard.code in CALL_POINT_CODES)


def ends_test(heard: Heard, earlier: Iterable[Heard], plan: SitePlan) -> bool:
    """In a test window: a manual call point or a second fire detector is real and ends the test."""
    return heard.nature == Nature.FIRE and _fire(heard, earlier, plan) is not None


def _panic(heard: Heard, plan: SitePlan) -> Ground | None:
    """Case 5: 110 knows already, tell what you know. Case 1 at once only under duress: the site is not called."""
    if plan.wired_to_110:
        return Ground.WIRED
    return Ground.PANIC if heard.silent else None


def _fire(heard: Heard, earlier: Iterable[Heard], plan: SitePlan) -> Ground | None:
    if is_call_point(heard, plan):
        return Ground.CALL_POINT
    if heard.verified:
        return Ground.TWO_DETECTORS
    detectors = {other.zone for other in (*earlier, heard) if other.nature == heard.nature and not other.summary}
    return Ground.TWO_DETECTORS if len(detectors) > 1 else None


def _intrusion(heard: Heard, earlier: Iterable[Heard], plan: SitePlan) -> Ground | None:
    """Case 2: adjacent zones, or different principles, in sequence within 120 s. A panel may say so itself."""
    zone = plan.zone(heard.zone)
    others = [
        other
        for other in earlier
        if other.nature == Nature.INTRUSION
        and zone_number(other.zone) != zone_number(heard.zone)
        and timedelta() <= heard.at - other.at <= IN_SEQUENCE
    ]
    if any(are_adjacent(heard.zone, other.zone, plan) for other in others):
        return Ground.ADJACENT_ZONES
    principles = {plan.zone(other.zone).principle for other in others} - {None, zone.principle}
    return Ground.TWO_PRINCIPLES if heard.verified or (zone.principle and principles) else None


def are_adjacent(first: str, second: str, plan: SitePlan) -> bool:
    """The zone list names one as the other's neighbour, in either direction."""
    a, b = zone_number(first), zone_number(second)
    return b in plan.zone(a).adjacent or a in plan.zone(b).adjacent


def false_rate(outcomes: Iterable[str]) -> tuple[int, int]:
    """(false, true + false): tests, faults and what is not known yet do not count."""
    known = [outcome for outcome in outcomes if outcome in (Outcome.TRUE, Outcome.FALSE)]
    return known.count(Outcome.FALSE), len(known)
