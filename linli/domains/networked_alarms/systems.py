"""What is done with systems: zones told to the rules, tests announced and ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.refusal import Refusal
from linli.base.text import fold
from linli.base.words import moment_words
from linli.domains.networked_alarms.models import LONGEST_TEST, AlarmSystem, TestWindow, Zone
from linli.domains.networked_alarms.site_plan import zone_number


class TestTooLong(Refusal):
    """A test window over four hours."""

    code = "networked_alarms.test_too_long"
    sentence = _("A test may last {most} minutes at most; you entered {minutes}. Enter a shorter time.")
    status = 422


class TestRunning(Refusal):
    """The system is being tested already."""

    code = "networked_alarms.test_running"
    sentence = _("This system is being tested until {end}. End that test first.")


def plan_of(system: AlarmSystem) -> dict[str, Any]:
    """What the rules read of `system`, as it stands in the asset's settings (see `site_plan.SitePlan`)."""
    running = running_test(system)
    until = running.ends_at.isoformat() if running else None
    return plan_of_zones(system, system.zones.all()) | {"test_until": until}


def plan_of_zones(system: AlarmSystem, zones: Iterable[Zone]) -> dict[str, Any]:
    """The same of a system that is not tested now and has these zones."""
    listed = {
        zone_number(zone.number): {
            "name": zone.name,
            "principle": zone.principle,
            "adjacent": [zone_number(other) for other in zone.adjacent],
        }
        for zone in zones
    }
    return {
        "kind": system.kind,
        "zones": listed,
        "video": system.video,
        "wired_to_110": system.wired_to_110,
        "setting": system.setting,
        "test_until": None,
    }


def tell_rules(system: AlarmSystem) -> None:
    """Write what changed in the register into the settings of the asset; other settings stay."""
    system.asset.settings = {**system.asset.settings, **plan_of(system)}
    system.asset.save(update_fields=["settings"])


def running_test(system: AlarmSystem) -> TestWindow | None:
    """The test window open now, None without one."""
    now = clock.now()
    windows = system.test_windows.filter(starts_at__lte=now, ends_at__gt=now, cancelled_at__isnull=True)
    return windows.first()


@transaction.atomic
def begin_test(system: AlarmSystem, minutes: int, reason: str, actor: Actor) -> TestWindow:
    """Announce a test from now on. Raises TestTooLong, TestRunning."""
    if not 0 < minutes <= LONGEST_TEST // timedelta(minutes=1):
        raise TestTooLong(most=LONGEST_TEST // timedelta(minutes=1), minutes=minutes)
    locked = AlarmSystem.objects.select_for_update().get(pk=system.pk)
    if running := running_test(locked):
        raise TestRunning(end=moment_words(running.ends_at))
    now = clock.now()
    window = TestWindow.objects.create(
        system=locked, starts_at=now, ends_at=now + timedelta(minutes=minutes), reason=reason,
        opened_by=actor.user_id, post=actor.post,
    )  # fmt: skip
    tell_rules(locked)
    return window


@transaction.atomic
def end_test(window: TestWindow, *, cancelled: bool = False) -> None:
    """End a test now; `cancelled`: a real fire ended it."""
    now = clock.now()
    if cancelled:
        window.cancelled_at = now
    if now > window.starts_at:
        window.ends_at = min(window.ends_at, now)
    window.save(update_fields=["ends_at", "cancelled_at"])
    tell_rules(window.system)


def set_code_word(system: AlarmSystem, word: str) -> None:
    """Keep the hash of the word by which the user makes himself known on the telephone; an empty one removes it."""
    system.code_word = make_password(_heard(word)) if word.strip() else ""
    system.save(update_fields=["code_word"])


def code_word_fits(system: AlarmSystem, word: str) -> bool:
    """What the user says on the telephone is his code word."""
    return bool(system.code_word) and check_password(_heard(word), system.code_word)


def _heard(word: str) -> str:
    return fold(word).replace(" ", "")
