"""Runs fleets in a loop of their own, with as many open files as the machine allows."""

from __future__ import annotations

import resource
import socket
import sys
from typing import Any

import uvloop
from django.conf import settings

from linli.signals.simulating import fleets
from linli.signals.simulating.device import Fleet
from linli.signals.simulating.running import Plan, Run
from linli.site.gateways import GATEWAYS


def port_of(protocol: str) -> int:
    """The port on which this installation hears `protocol`: its gateway's, else that of the web."""
    return next((gateway.listens_on() for gateway in GATEWAYS if gateway.key == protocol), settings.PORT)


def listening(host: str) -> list[str]:
    """The protocols that can be simulated and are heard on `host` now."""
    return [key for key in fleets.simulated() if _answers(host, port_of(key))]


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def run_one(options: dict[str, Any], fleet: Fleet) -> Run:
    """One run of `fleet`, to its end, with progress on standard error. Raises OSError when nobody answers."""
    more_files()
    run = Run(Plan(**options), fleet)
    uvloop.run(run.go(show))
    return run


def show(run: Run) -> None:
    """One line of progress."""
    tally, total = run.tally, run.tally.total
    print(
        f"{run.elapsed:7.0f} s  {run.plan.protocol:<8} sent {total('sent'):>9,}  acknowledged"
        f" {total('acknowledged'):>9,}  refused {total('refused'):>6,}  open {run.open:>6,}  resent"
        f" {total('resent'):>6,}  held back {tally.held_back:>7,}",
        file=sys.stderr,
        flush=True,
    )


def more_files() -> None:
    """A line is an open file: raise the soft limit to the hard one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
