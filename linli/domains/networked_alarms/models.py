"""Operators and their licences, systems with zones, contracts, test windows; the detail rows of the three kinds."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Body
from linli.base import clock
from linli.base.ids import uuid7
from linli.cases.models import Detail
from linli.domains.networked_alarms.decisions import FALSE_FOR_BYPASS
from linli.domains.networked_alarms.vocabulary import (
    EligibleClass,
    Ground,
    Method,
    Nature,
    Outcome,
    Principle,
    Receiver,
    Setting,
    SystemKind,
)
from linli.registers.models import Asset, Organisation

LONGEST_TEST = timedelta(hours=4)


class AlarmOperator(models.Model):
    """Who receives alarms: a licensed company (保安服务管理条例 9-11), or a centre of police or fire brigade."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("licensed company")
        POLICE = "police", _("police centre")
        FIRE = "fire", _("fire brigade centre")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="alarm_operator")
    body = models.OneToOneField(Body, models.PROTECT, related_name="alarm_operator", verbose_name=_("centre"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.COMPANY)
    radius_m = models.PositiveIntegerField(_("contract radius of the guards (m)"), default=5000)

    class Meta:
        verbose_name = _("alarm operator")

    def __str__(self) -> str:
        return self.organisation.name


class Licence(models.Model):
    """A security service licence (保安服务许可证) and when it is valid; renewed by a new row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operator = models.ForeignKey(AlarmOperator, models.PROTECT, related_name="licences")
    number = models.CharField(_("licence number"), max_length=40)
    during = DateRangeField(_("valid"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="networked_alarms_one_licence",
                expressions=[("operator", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


class AlarmSystem(models.Model):
    """An alarm system: what its asset does not say. `eligible_class` blank: it does not count in T29.

    `code_word`: by which the user makes himself known when he is called back; a hash, never the word.
    """

    asset = models.OneToOneField(Asset, models.CASCADE, primary_key=True, related_name="alarm_system")
    kind = models.CharField(_("system"), max_length=12, choices=SystemKind)
    eligible_class = models.CharField(_("place it guards"), max_length=16, choices=EligibleClass, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    path_1 = models.CharField(_("transmission path 1"), max_length=40, blank=True)
    path_2 = models.CharField(_("transmission path 2 (optional)"), max_length=40, blank=True)
    video = models.BooleanField(_("alarms can be seen on video"), default=False)
    wired_to_110 = models.BooleanField(_("hold-up button also wired to 110"), default=False)
    setting = models.CharField(_("site"), max_length=8, choices=Setting, default=Setting.URBAN)
    hours = models.CharField(_("business hours (optional)"), max_length=80, blank=True)
    code_word = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("alarm system")

    def __str__(self) -> str:
        return self.asset.name


class Zone(models.Model):
    """A zone (防区) of a system. `adjacent`: numbers of the zones beside it; `checked_on`: compared with the site."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.ForeignKey(AlarmSystem, models.CASCADE, related_name="zones")
    number = models.CharField(_("zone"), max_length=8)
    name = models.CharField(_("name"), max_length=80)
    principle = models.CharField(_("detection principle"), max_length=12, choices=Principle)
    adjacent = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("adjacent zones"))
    checked_on = models.DateField(_("zone list compared with the site on"), null=True, blank=True)

    class Meta:
        ordering = ("system", "number")
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="networked_alarms_one_zone")]


class Contract(models.Model):
    """A system is connected to an operator under an account, from when to when.

    One contract of a system at a time, one system of an account at a time: numbers are used again after the end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.ForeignKey(AlarmSystem, models.CASCADE, related_name="contracts")
    operator = models.ForeignKey(AlarmOperator, models.PROTECT, related_name="contracts")
    account = models.CharField(_("account"), max_length=20)
    during = DateRangeField(_("from – to"))

    class Meta:
        verbose_name = _("contract")
        constraints = [
            ExclusionConstraint(
                name="networked_alarms_one_contract",
                expressions=[("system", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="networked_alarms_one_account",
                expressions=[
                    ("operator", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Suspension(models.Model):
    """A time in which a contract rests: fees unpaid, rebuilding, by request."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="suspensions")
    during = DateRangeField(_("from – to"))
    ground = models.CharField(_("ground"), max_length=200)


class TestWindow(models.Model):
    """A test announced by the user or a technician, at most 4 h. `cancelled_at`: a real fire ended it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    system = models.ForeignKey(AlarmSystem, models.CASCADE, related_name="test_windows")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    opened_by = models.UUIDField(null=True, editable=False)
    post = models.CharField(max_length=64, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-starts_at",)
        constraints = [
            models.CheckConstraint(
                name="networked_alarms_short_test",
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LONGEST_TEST),
            )
        ]


class AlarmEvent(Detail):
    """One alarm: what the panel said, how it was verified, who took it over, what it was."""

    nature = models.CharField(_("alarm"), max_length=12, choices=Nature)
    zone = models.CharField(_("zone"), max_length=8, blank=True)
    zone_name = models.CharField(_("name of the zone"), max_length=80, blank=True)
    second_zone = models.CharField(_("second zone"), max_length=8, blank=True)
    code = models.CharField(_("code of the panel"), max_length=12, blank=True)
    device_time = models.DateTimeField(_("time by the panel"), null=True, blank=True)
    silent = models.BooleanField(_("silent: do not call the site"), default=False)
    in_test = models.BooleanField(_("in a test window"), default=False)
    has_video = models.BooleanField(_("can be seen on video"), default=False)
    setting = models.CharField(_("site"), max_length=8, choices=Setting, default=Setting.URBAN)
    method = models.CharField(_("verified by"), max_length=12, choices=Method, blank=True)
    clip = models.CharField(_("number of the clip (optional)"), max_length=40, blank=True)
    ground = models.CharField(_("ground of the hand-over"), max_length=16, choices=Ground, blank=True)
    receiver = models.CharField(_("handed over to"), max_length=3, choices=Receiver, blank=True)
    receiver_number = models.CharField(_("number at the receiver"), max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    cause = models.CharField(_("cause (optional)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("alarm")


class LinkLoss(Detail):
    """The line to a system is silent: since when, on which path, why."""

    silent_since = models.DateTimeField(_("silent since"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lost link")


class Improvement(Detail):
    """Repeated false alarms of one system (误报分析表): how many, why, what is done about it."""

    false_alarms = models.PositiveIntegerField(_("false alarms in 30 days"))
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    bypassed_zones = models.CharField(_("zones bypassed"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("improvement")

    def clean(self) -> None:
        """A zone may be bypassed from the sixth false alarm on. ValidationError below that."""
        if self.bypassed_zones and self.false_alarms < FALSE_FOR_BYPASS:
            said = _("A zone may be bypassed from {least} false alarms in 30 days on; there are {now}.")
            raise ValidationError({"bypassed_zones": str(said).format(least=FALSE_FOR_BYPASS, now=self.false_alarms)})


def in_force(system: AlarmSystem) -> Contract | None:
    """The contract of `system` today, None when it has none."""
    today = clock.local(clock.now()).date()
    return system.contracts.filter(during__contains=today).select_related("operator").first()
