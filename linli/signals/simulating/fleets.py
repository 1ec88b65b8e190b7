"""Which protocols can be simulated: `gateways/<key>/simulator.py` with a `FLEET`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from linli.signals import gateways
from linli.signals.simulating.device import Fleet


def simulated() -> list[str]:
    """The protocols that have a fleet."""
    folder = Path(gateways.__path__[0])
    return sorted(path.parent.name for path in folder.glob("*/simulator.py"))


def fleet(key: str) -> Fleet:
    """The fleet of one of `simulated()`."""
    found: Fleet = import_module(f"linli.signals.gateways.{key}.simulator").FLEET
    return found
