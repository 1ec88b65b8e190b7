"""What a clock bar shows. Rooms that keep clocks hand in a `ClockFace`; `shown` says tone, fill and words.

frontend/src/clock.ts ticks by the same rules; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from linli.base import clock
from linli.ui.format import span, stopwatch
from linli.ui.words import say

Tone = Literal["normal", "warn", "over", "paused", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """One clock as the screen needs it: what is counted (`label`), from when, until when.

    `face`: "stopwatch" counts up (desk seconds), "rest" counts down, "calendar" shows `rest` as the working-day
    calendar of the server says it. `warn_at` is the instant from which it is orange. `why` is the sentence of
    arithmetic, `clause` the law, `reason` why it is paused.
    """

    label: Any
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    face: Literal["stopwatch", "rest", "calendar"] = "rest"
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    reason: Any = ""
    rest: Any = ""
    clause: str = ""
    why: Any = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Tone, fill (0–1), the figure and the words beside it."""

    tone: Tone
    share: float
    figure: str
    rest: str = ""


def shown(face: ClockFace, now: datetime | None = None) -> Shown:
    """What `face` shows at `now`. A clock stopped after its due time stays red: it was missed."""
    moment = face.stopped_at or face.paused_at or now or clock.now()
    whole = max((face.due_at - face.started_at).total_seconds(), 1.0)
    used = (moment - face.started_at).total_seconds()
    share, late = min(1.0, max(0.0, used / whole)), used - whole
    if face.stopped_at:
        if late > 0:
            return Shown("over", 1.0, say("clock.done_late", span=span(late)))
        return Shown("done", 1.0, say("clock.done"))
    if face.paused_at:
        return Shown("paused", share, " ".join(filter(None, (say("clock.paused"), str(face.reason)))))
    tone: Tone = "over" if late > 0 else "warn" if face.warn_at and moment >= face.warn_at else "normal"
    rest = say("clock.over", span=span(late)) if late > 0 else say("clock.left", span=span(-late))
    if face.face == "stopwatch":
        return Shown(tone, share, f"{stopwatch(used)} / {stopwatch(whole)}", rest)
    return Shown(tone, share, str(face.rest) if face.rest and late <= 0 else rest)


def warn_at(started_at: datetime, due_at: datetime, per_cent: int) -> datetime:
    """The instant at which `per_cent` of the time is used."""
    return started_at + timedelta(seconds=(due_at - started_at).total_seconds() * per_cent / 100)
