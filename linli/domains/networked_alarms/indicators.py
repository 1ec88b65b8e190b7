"""Figures of alarm operation, computed from the clocks, outcomes and intervals that the work itself leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.cases.models import RunningClock
from linli.domains.networked_alarms.joined import JOINED, UNITS_JOINED, eligible
from linli.domains.networked_alarms.models import AlarmEvent
from linli.domains.networked_alarms.vocabulary import Outcome, Setting
from linli.domains.networked_alarms.workflow import FORWARDING, ON_SCENE, QUALITY, REVIEW
from linli.response.models import Assignment
from linli.scoreboard.declarations import AsOf, Indicator
from linli.scoreboard.spans import held, length

ALARM = "networked_alarms.alarm"
GUARD_LIMITS = {Setting.URBAN: timedelta(minutes=5), Setting.RURAL: timedelta(minutes=15)}


def run(*keys: str) -> Callable[[AsOf], QuerySet[RunningClock]]:
    """Clocks `keys` of real alarms of the period that have stopped or are over their time."""

    def rows(as_of: AsOf) -> QuerySet[RunningClock]:
        of_period = RunningClock.objects.filter(
            Q(stopped_at__isnull=False) | Q(due_at__lt=as_of.instant),
            case__kind=ALARM, case__is_test=False, key__in=keys, started_at__gte=as_of.begin, started_at__lt=as_of.end,
        )  # fmt: skip
        return of_period.annotate(area_path=F("case__area_path"), took=F("stopped_at") - F("started_at"))

    return rows


def in_time(*keys: str) -> Callable[[AsOf], QuerySet[RunningClock]]:
    """Those of `run` that stopped in time."""
    return lambda as_of: run(*keys)(as_of).filter(stopped_at__lte=F("due_at"))


def stopped(*keys: str) -> Callable[[AsOf], QuerySet[RunningClock]]:
    """Those of `run` that have stopped: how long they took is known."""
    return lambda as_of: run(*keys)(as_of).filter(stopped_at__isnull=False)


def decided(as_of: AsOf) -> QuerySet[AlarmEvent]:
    """Alarms of the period that turned out true or false; tests and device faults are left out."""
    rows = AlarmEvent.objects.filter(
        outcome__in=(Outcome.TRUE, Outcome.FALSE), case__is_test=False,
        case__opened_at__gte=as_of.begin, case__opened_at__lt=as_of.end,
    )  # fmt: skip
    return rows.annotate(area_path=F("case__area_path"))


def false(as_of: AsOf) -> QuerySet[AlarmEvent]:
    """Those that were false."""
    return decided(as_of).filter(outcome=Outcome.FALSE)


def due_links(as_of: AsOf) -> QuerySet[Any]:
    """Eligible systems, each with the time for which its link is due to be supervised."""
    return eligible(as_of).annotate(time=length(as_of))


def live_links(as_of: AsOf) -> QuerySet[Any]:
    """The same with the time for which it was."""
    return eligible(as_of).annotate(time=held(as_of, "supervised", "yes"))


def sent(as_of: AsOf) -> QuerySet[Assignment]:
    """Guards sent to real alarms of the period who were not stood down on the way."""
    rows = Assignment.objects.filter(
        Q(on_scene_at__isnull=False) | Q(refused_at__isnull=True, withdrawn_at__isnull=True),
        case__kind=ALARM, case__is_test=False, offered_at__gte=as_of.begin, offered_at__lt=as_of.end,
    )  # fmt: skip
    return rows.annotate(area_path=F("case__area_path"))


def arrived_in_time(as_of: AsOf) -> QuerySet[Assignment]:
    """Those on the scene within the limit of the site, counted from when they were sent."""
    setting = "case__networked_alarms_alarmevent__setting"
    in_time = (Q(on_scene_at__lte=F("offered_at") + limit, **{setting: site}) for site, limit in GUARD_LIMITS.items())
    return sent(as_of).filter(reduce(or_, in_time))


def _share(key: str, label: Any, definition: Any, source: str, *clocks: str) -> Indicator:
    return Indicator(
        key=f"networked_alarms.{key}", label=label, definition=definition, unit=_("alarms"), better="up", source=source,
        denominator=run(*clocks), numerator=in_time(*clocks), period="30_days",
    )  # fmt: skip


def _p95(key: str, label: Any, definition: Any, source: str, *clocks: str) -> Indicator:
    return Indicator(
        key=f"networked_alarms.{key}", label=label, definition=definition, unit=_("seconds"), better="down",
        source=source, shape="percentile", numerator=stopped(*clocks), weight="took",
    )  # fmt: skip


VERIFY = ("verify", "verify_panic")
_SHARE_OF = _("Share of the period's alarms for which this took no longer than its limit; tests are left out.")
_P95_OF = _("In 95 of 100 alarms of the period it took no longer than this; tests are left out.")

INDICATORS = (
    JOINED,
    UNITS_JOINED,
    _share("answered_15s", _("alarms opened within 15 s"), _SHARE_OF, REVIEW, "answer"),
    _p95("answered_p95", _("time to open an alarm, 95th percentile"), _P95_OF, REVIEW, "answer"),
    _share("verified_60s", _("alarms verified in time (60 s, hold-up 30 s)"), _SHARE_OF, REVIEW, *VERIFY),
    _p95("verified_p95", _("time to verify an alarm, 95th percentile"), _P95_OF, REVIEW, *VERIFY),
    _share("handover_30s", _("confirmed alarms handed over within 30 s"), _SHARE_OF, FORWARDING, "report"),
    _p95("handover_p95", _("time to hand an alarm over, 95th percentile"), _P95_OF, FORWARDING, "report"),
    Indicator(
        key="networked_alarms.guard_on_time", label=_("guards on the scene in time"), unit=_("guards"), better="up",
        source=ON_SCENE, denominator=sent, numerator=arrived_in_time,
        definition=_("Guards on the scene within 5 minutes in town, 15 in the country, of those sent in the period."),
    ),
    Indicator(
        key="networked_alarms.false_rate", label=_("false alarms"), unit=_("alarms"), better="down", source=QUALITY,
        definition=_("False alarms ÷ (true + false alarms) of the period; tests are left out."),
        denominator=decided, numerator=false, period="30_days", slices=("nature",),
    ),
    Indicator(
        key="networked_alarms.link_alive", label=_("links alive"), unit=_("hours"), better="up", source=QUALITY,
        shape="time_share", weight="time", denominator=due_links, numerator=live_links,
        definition=_("Time for which the links of eligible systems were supervised ÷ the time due in the period."),
    ),
)  # fmt: skip
