"""The declared indicators."""

from linli.base.registry import Registry
from linli.scoreboard.declarations import Indicator

indicators: Registry[Indicator] = Registry("indicator")
