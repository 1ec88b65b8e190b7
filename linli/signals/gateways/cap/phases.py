"""What a message does to a warning, as the phase of its signal."""

from __future__ import annotations

from collections.abc import Sequence

from linli.signals.envelope import Phase
from linli.signals.gateways.cap.document import Alert, Info

_PHASES: dict[str, Phase] = {"Alert": "raised", "Update": "continuing", "Cancel": "cancelled"}
ALL_CLEAR = "AllClear"


def all_clear(group: Sequence[Info]) -> bool:
    """True when the infos of one event say that it is over."""
    return bool(group) and all(ALL_CLEAR in info.response_types for info in group)


def phase_of(alert: Alert, group: Sequence[Info]) -> Phase:
    """raised, continuing or cancelled (also AllClear); test for Exercise and Test; info for all else."""
    if alert.status in ("Exercise", "Test"):
        return "test"
    if alert.status != "Actual" or alert.msg_type not in _PHASES:
        return "info"
    return "cancelled" if all_clear(group) else _PHASES[alert.msg_type]
