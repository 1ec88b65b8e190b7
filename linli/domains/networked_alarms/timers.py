"""What no signal starts: a system with repeated false alarms is improved, a test that met a real fire is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from linli.accounts.actor import SYSTEM
from linli.base import clock, visibility
from linli.cases.act import open_case
from linli.cases.declarations import Subject
from linli.cases.editing import edit
from linli.cases.models import Case
from linli.domains.networked_alarms.decisions import FALSE_FOR_IMPROVEMENT, FALSE_WINDOW
from linli.domains.networked_alarms.models import AlarmEvent, Improvement, TestWindow
from linli.domains.networked_alarms.systems import end_test
from linli.domains.networked_alarms.vocabulary import Ground, Nature, Outcome
from linli.packs.declaration import Timer
from linli.registers.models import Asset

IMPROVEMENT = "networked_alarms.improvement"
REAL_FIRE = (Ground.CALL_POINT, Ground.TWO_DETECTORS)


def improve() -> int:
    """Open an improvement case for each system with three false alarms in 30 days; count on in the open one.

    After a case is closed, three new ones are needed. Returns how many cases were opened or changed.
    """
    since = clock.now() - FALSE_WINDOW
    with visibility.system():
        false = AlarmEvent.objects.filter(outcome=Outcome.FALSE, case__is_test=False, case__closed_at__gte=since)
        by_asset = false.order_by().values("case__asset").annotate(n=Count("pk"))
        due = by_asset.filter(n__gte=FALSE_FOR_IMPROVEMENT, case__asset__isnull=False)
        return sum(_improve(row["case__asset"], since) for row in due)


def _improve(asset_id: UUID, since: datetime) -> bool:
    standing = Case.objects.filter(kind=IMPROVEMENT, asset=asset_id, closed_at__isnull=True).first()
    improved = Case.objects.filter(kind=IMPROVEMENT, asset=asset_id).aggregate(at=Max("closed_at"))["at"]
    false = AlarmEvent.objects.filter(outcome=Outcome.FALSE, case__is_test=False, case__asset=asset_id)
    count = false.filter(case__closed_at__gte=max(since, improved) if improved else since).count()
    if standing is None:
        if count < FALSE_FOR_IMPROVEMENT:
            return False
        asset = Asset.objects.get(pk=asset_id)
        last = false.select_related("case").latest("case__closed_at").case
        subject = Subject(
            title=asset.name, area_path=asset.area_path, lng=asset.lng, lat=asset.lat, address=asset.address,
            premises_id=asset.premises_id, asset_id=asset.pk, organisation_id=asset.organisation_id,
            responsible=last.responsible_id,
        )  # fmt: skip
        open_case(IMPROVEMENT, subject, {"false_alarms": count}, SYSTEM, fold_key=f"{IMPROVEMENT}:{asset_id}")
        return True
    if count <= Improvement.objects.get(case=standing).false_alarms:
        return False
    edit(standing.pk, {"false_alarms": count}, {}, SYSTEM)
    return True


def end_overtaken_tests() -> int:
    """A manual call point or a second fire detector during a test is real: end the test. How many were ended."""
    now = clock.now()
    with visibility.system():
        running = TestWindow.objects.filter(starts_at__lte=now, ends_at__gt=now, cancelled_at__isnull=True)
        overtaken = [window for window in running.select_related("system__asset") if _met_fire(window)]
        for window in overtaken:
            end_test(window, cancelled=True)
    return len(overtaken)


def _met_fire(window: TestWindow) -> bool:
    fires = AlarmEvent.objects.filter(case__asset=window.system_id, nature=Nature.FIRE, ground__in=REAL_FIRE)
    return fires.filter(case__last_signal_at__gte=window.starts_at).exists()


TIMERS = (
    Timer(key="networked_alarms.improve", work=improve, every=60.0),
    Timer(key="networked_alarms.tests", work=end_overtaken_tests, every=2.0),
)
