"""The declared kinds of signal."""

from linli.base.registry import Registry
from linli.signals.declarations import SignalKind

signal_kinds: Registry[SignalKind] = Registry("kind of signal")
