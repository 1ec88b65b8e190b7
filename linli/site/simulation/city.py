"""A day of a whole city in minutes: all protocols at once against a running house, and the sums at the end."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from django.db import connection
from django.db.models import Sum

from linli.base import visibility
from linli.signals.models import FoldedCount
from linli.signals.simulating import fleets
from linli.signals.simulating.enrolling import SETTING
from linli.signals.simulating.pacing import Step
from linli.signals.simulating.reconciling import Reconciled, reconcile
from linli.signals.simulating.running import Plan, Run
from linli.signals.sums import Sums, sums
from linli.site.demo.play import Played, Row, script, send
from linli.site.simulation.playing import more_files, port_of, show

DAY = 86_400.0
HOURS = (4.4, 4.1, 3.7, 2.7, 2.5, 2.3, 2.4, 3.0, 3.6, 4.2, 4.2, 5.1, 5.0, 4.6, 4.6, 4.7, 5.9, 4.5, 6.6, 5.1, 5.3, 4.2,
         3.8, 3.6)  # fmt: skip
"""Weight of each hour of the day (per cent): calls of an American city, whose rhythm alone is used."""
QUIET = 2.0
"""Seconds without a change after which the house has taken in everything."""
LONGEST_QUIET = 60.0


@dataclass(frozen=True, slots=True)
class Population:
    """How many devices of a protocol a city of 1.3 million has, and how often a day each of them speaks here.

    Real devices say they are there every minute or hour; a day in minutes has to leave most of that out.
    """

    devices: int
    messages: int


CITY: Mapping[str, Population] = {
    "dc09": Population(200, 24),
    "gb26875": Population(620, 24),
    "gb28181": Population(7_954, 24),
    "jt808": Population(1_150, 96),
    "mqtt": Population(700, 48),
    "http": Population(86, 48),
    "gat1400": Population(18, 24),
}
USUAL = Population(100, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """`speed`: seconds of the day in a second, None = as fast as it is answered; `scale`: share of the devices."""

    protocols: Sequence[str]
    speed: float | None = 480.0
    scale: float = 1.0
    host: str = "127.0.0.1"
    ports: Mapping[str, int] = field(default_factory=dict)
    seed: int = 341700
    bad: float = 0.002
    repeat: float = 0.01
    day: Path | None = None
    register: bool = True


@dataclass(slots=True)
class Day:
    """What came of it."""

    seconds: float = 0.0
    reports: list[dict[str, Any]] = field(default_factory=list)
    sums: list[Reconciled] = field(default_factory=list)
    played: Played = field(default_factory=Played)

    @property
    def agrees(self) -> bool:
        """Whether every protocol's sums agree, and nothing is unanswered."""
        return all(one.agrees for one in self.sums) and not any(one["total"]["unanswered"] for one in self.reports)


def play_day(plan: DayPlan) -> Day:
    """Make the devices known, play the day, wait until the house has it all, compare. Raises OSError: nobody answers."""
    more_files()
    runs = [_run(key, plan) for key in plan.protocols]
    if plan.register:
        for run in runs:
            new = fleets.fleet(run.plan.protocol).register(run.plan.devices)
            print(f"{run.plan.protocol}: {run.plan.devices} devices, {new} new to the house", file=sys.stderr)
    rows = script(plan.day) if plan.day else []
    before, others = sums(), _others()
    connection.close()
    began, day = time.monotonic(), Day()
    day.reports = uvloop.run(_play(runs, rows, plan, day.played))
    day.seconds = round(time.monotonic() - began, 1)
    _wait_until_quiet()
    after, others_after = sums(), _others()
    for run, report in zip(runs, day.reports, strict=True):
        key = run.plan.protocol
        house = after.get(key, Sums()) - before.get(key, Sums())
        house -= Sums(folded=others_after.get(key, 0) - others.get(key, 0))
        if key == "dc09":  # what the script sends is of that protocol
            report["total"]["signals"] += day.played.acknowledged
        rubbish = report["by_what"].get("rubbish", {}).get("unasked_signals", 0)
        day.sums.append(reconcile(key, report["total"], rubbish, house))
    return day


def _run(key: str, plan: DayPlan) -> Run:
    population, fleet = CITY.get(key, USUAL), fleets.fleet(key)
    devices = max(1, round(population.devices * plan.scale))
    total = devices * population.messages
    hour = 3600 / plan.speed if plan.speed else 3600.0
    steps = tuple(Step(hour, total * weight / sum(HOURS) / hour) for weight in HOURS)
    return Run(
        Plan(
            protocol=key, host=plan.host, port=plan.ports.get(key) or port_of(key), transport=fleet.transports[0],
            devices=devices, steps=steps, bad=plan.bad, repeat=plan.repeat, seed=plan.seed,
            most=None if plan.speed else total, again_after=15.0, patience=60.0,
        ),
        fleet,
    )  # fmt: skip


async def _play(runs: Sequence[Run], rows: Sequence[Row], plan: DayPlan, played: Played) -> list[dict[str, Any]]:
    scripted = asyncio.create_task(_scripted(rows, plan.speed, played))
    reports = await asyncio.gather(*(run.go(show) for run in runs))
    await scripted
    return list(reports)


async def _scripted(rows: Sequence[Row], speed: float | None, played: Played) -> None:
    """The rows of the script at their time of the day, each from a thread: they wait for their answers."""
    began, loop = time.monotonic(), asyncio.get_running_loop()
    for row in rows:
        at = (row.time.hour * 3600 + row.time.minute * 60 + row.time.second) / speed if speed else 0.0
        await asyncio.sleep(max(0.0, began + at - time.monotonic()))
        said = await loop.run_in_executor(None, _send, row, played)
        print(f"{row.time}  {row.protocol:<8} {row.source}  {row.what}: {said}", file=sys.stderr, flush=True)


def _send(row: Row, played: Played) -> str:
    try:
        with visibility.system():
            return send(row, played)
    finally:
        connection.close()


def _others() -> dict[str, int]:
    """Signs of life of devices that are not simulated (the demo's heart beats on), by the gateway they came through."""
    with visibility.system():
        rows = FoldedCount.objects.exclude(asset__settings__has_key=SETTING)
        found: Any = rows.values("asset__state__gateway").order_by().annotate(n=Sum("count"))
        return {row["asset__state__gateway"]: row["n"] for row in found if row["asset__state__gateway"]}


def _wait_until_quiet() -> None:
    """Until nothing more comes in: a broker acknowledges before the house has it."""
    deadline, last, since = time.monotonic() + LONGEST_QUIET, sums(), time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < QUIET:
        time.sleep(0.25)
        found = sums()
        if {key: one.together - one.folded for key, one in found.items()} != {
            key: one.together - one.folded for key, one in last.items()
        }:
            last, since = found, time.monotonic()
