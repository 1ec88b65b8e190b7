"""Which units to send: the nearest able ones by road, each with its reasons, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _

from linli.accounts.actor import Actor
from linli.base.geo import checked
from linli.cases.models import Case
from linli.response.status import UnitState, age_words, in_use, states
from linli.response.travel import Estimate, estimates


@dataclass(frozen=True)
class Candidate:
    """A unit that could be sent: its state, how long it needs (None: unknown), what it lacks."""

    state: UnitState
    estimate: Estimate | None
    lacks: tuple[str, ...]

    @property
    def able(self) -> bool:
        """True when it is free, can do what is wanted, and a road leads from it to the place."""
        return self.state.free and not self.lacks and self.estimate is not None

    def reasons(self) -> list[str]:
        """Why it stands where it stands, in the reader's language."""
        return _time_words(self.estimate, self.state) if self.estimate else []

    def why_not(self) -> list[str]:
        """Why it is not able, in the reader's language; empty when it is."""
        words = []
        if not self.state.free:
            words.append(self.state.label)
        if self.lacks:
            words.append(_("lacks: {what}").format(what=", ".join(self.lacks)))
        if self.estimate is None:
            words.append(_("its place is unknown, or no road of the network leads from it to here"))
        return words


@dataclass(frozen=True)
class Recommendation:
    """Able units, the soonest first, and the others, likewise; `sketch`: times are for show (示意路网)."""

    able: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    sketch: bool


def recommend(
    place: Case | tuple[float, float],
    capabilities: Sequence[str],
    actor: Actor,
    limit: int = 5,
) -> Recommendation:
    """The `limit` soonest units that have all of `capabilities`, and as many that cannot be sent, with why.

    `place`: a case, or (lng, lat) in WGS-84. Only units the actor sees. The order is by the latest arrival, so
    that a fresh position goes before an old one that may be anywhere. A case without a point gives no times:
    everybody stands under `others`. Raises PointOutOfRange.
    """
    point = (place.lng, place.lat) if isinstance(place, Case) else place
    with actor.sees():
        listed = states(in_use())
    times = _times(listed, point)
    candidates = [
        Candidate(state, estimate, tuple(word for word in capabilities if word not in state.unit.capabilities))
        for state, estimate in zip(listed, times, strict=True)
    ]
    candidates.sort(key=_order)
    able = tuple(each for each in candidates if each.able)[:limit]
    others = tuple(each for each in candidates if not each.able)[:limit]
    return Recommendation(able, others, any(each.estimate.sketch for each in candidates if each.estimate))


def _times(listed: list[UnitState], point: tuple[float | None, float | None]) -> list[Estimate | None]:
    lng, lat = point
    if lng is None or lat is None:
        return [None] * len(listed)
    return estimates(listed, *checked(lng, lat))


def _order(candidate: Candidate) -> tuple[int, float, str]:
    """Those that have what is wanted first, then by the latest arrival, then by call sign."""
    latest = candidate.estimate.latest if candidate.estimate else float("inf")
    return len(candidate.lacks), latest, candidate.state.unit.call_sign


def _time_words(estimate: Estimate, state: UnitState) -> list[str]:
    minutes = ceil(estimate.seconds / 60)
    words = [_("{minutes} min by road").format(minutes=minutes)]
    if estimate.sketch:
        words.append(_("sketch road network"))
    if estimate.origin == "base":
        words.append(_("from its base"))
    elif estimate.origin == "home":
        words.append(_("position unknown, counted from its home"))
    elif state.stale and state.position_age is not None:
        words.append(_("position is {age} old").format(age=age_words(state.position_age)))
    if estimate.latest > estimate.earliest:
        least, most = int(estimate.earliest // 60), ceil(estimate.latest / 60)
        words.append(_("between {least} and {most} min").format(least=least, most=most))
    return words
