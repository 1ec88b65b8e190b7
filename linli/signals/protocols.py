"""What each protocol's file fixes for all its devices: supervision, and how long an equal frame is a repetition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AS_LONG_AS_THE_LOG = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Protocol:
    """What counts as a sign of life, a repetition, and too much.

    `late`, `offline`: silent for so many intervals; `interval_seconds`: where nobody says another, None = unwatched.
    `at_least`: never offline sooner; `window`: an equal frame within it is the same frame again; `speaks_for_itself`:
    hearing it proves that the device is there (a call or a patrol's round about a device proves nothing of the kind);
    `most_raw`: bytes of one message.
    """

    interval_seconds: int | None = None
    late: float = 3.0
    offline: float = 5.0
    at_least: timedelta = timedelta()
    window: timedelta = AS_LONG_AS_THE_LOG
    speaks_for_itself: bool = True
    most_raw: int = 64 * 1024


_TEN_MINUTES = timedelta(minutes=10)
PROTOCOLS = {
    "dc09": Protocol(interval_seconds=3600, window=_TEN_MINUTES),
    "gb26875": Protocol(interval_seconds=30, at_least=timedelta(hours=2), window=_TEN_MINUTES),
    "gb28181": Protocol(interval_seconds=60, late=3, offline=4, window=_TEN_MINUTES),
    "jt808": Protocol(interval_seconds=60, late=2, offline=3, window=timedelta(days=7)),
    "gat1400": Protocol(),
    "http": Protocol(late=1.5, offline=3.0),
    "mqtt": Protocol(late=1.5, offline=3.0),
    "cap": Protocol(speaks_for_itself=False, most_raw=1024 * 1024),
    "probe": Protocol(window=_TEN_MINUTES),
}
_A_PERSON_OR_A_FILE = Protocol(speaks_for_itself=False)
TIMER = "timer"


def of(key: str) -> Protocol:
    """The protocol `key`; anything not a device's (call, file, round, timer …) says nothing about presence."""
    return PROTOCOLS.get(key, _A_PERSON_OR_A_FILE)
