"""Units, and what they are sent to. A unit's status is never stored beside its assignments: it is derived from them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class UnitKind(models.TextChoices):
    """What a unit is (design: command_centre, entities)."""

    PATROL_CAR = "patrol_car", _("patrol car")
    FOOT_PATROL = "foot_patrol", _("foot patrol")
    TRAFFIC = "traffic", _("traffic police")
    SPECIAL = "special", _("special police")
    STATION = "station", _("police station crew")
    GUARD_CAR = "guard_car", _("guard car")
    FIRE_ENGINE = "fire_engine", _("fire engine")
    AMBULANCE = "ambulance", _("ambulance")
    DRONE = "drone", _("drone team")
    VOLUNTEERS = "volunteers", _("volunteer team")
    UTILITY = "utility", _("utility crew")


class Own(models.TextChoices):
    """What a crew or the roster says of a unit; everything else follows from its assignments."""

    PATROL = "patrol", _("available on patrol")
    BASE = "base", _("available at base")
    BUSY = "busy", _("on another task")
    OUT_OF_RADIO = "out_of_radio", _("out of radio")
    OFF_DUTY = "off_duty", _("off duty")
    DEFECT = "defect", _("defect")


AVAILABLE = (Own.PATROL, Own.BASE)


class Fix(models.TextChoices):
    """How the position of a unit became known."""

    HAND = "hand", _("entered by hand")
    HTTP = "http", _("sent by a device")


class Unit(models.Model):
    """A vehicle or team that can be sent. The posts of its area and its own body see it.

    Only the last position is kept here; a track is personal data of the crew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call_sign = models.CharField(_("call sign"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    capabilities = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("capabilities"))
    body = models.ForeignKey("accounts.Body", models.PROTECT, related_name="units", verbose_name=_("responsible body"))
    area_path = LtreeField(_("area"))
    home_name = models.CharField(_("home station"), max_length=100, blank=True)
    home_lng = models.FloatField(null=True, blank=True)
    home_lat = models.FloatField(null=True, blank=True)
    own_status = models.CharField(_("said by the crew"), max_length=16, choices=Own, default=Own.BASE)
    own_since = models.DateTimeField(default=clock.now)
    lng = models.FloatField(_("longitude (WGS-84)"), null=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True)
    position_at = models.DateTimeField(_("position of"), null=True)
    position_by = models.CharField(max_length=8, choices=Fix, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        ordering = ("call_sign",)

    def __str__(self) -> str:
        return self.call_sign


class UnitLine(models.Model):
    """What a unit's crew or the roster said, in order; append-only. `key` is the sender's idempotency key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lines")
    at = models.DateTimeField(default=clock.now)
    occurred_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=Own)
    reason = models.CharField(max_length=300, blank=True)
    post = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        ordering = ("at", "id")


class Stage(models.TextChoices):
    """How far an assignment has come."""

    OFFERED = "offered", _("offered")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    EN_ROUTE = "en_route", _("en route")
    ON_SCENE = "on_scene", _("on scene")
    CLEAR = "clear", _("cleared")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("stood down")


ENDED = (Stage.CLEAR, Stage.REFUSED, Stage.WITHDRAWN)
OPEN = Q(clear_at=None, refused_at=None, withdrawn_at=None)


class Assignment(models.Model):
    """One unit sent to one case, with its own times. A unit has one open assignment: the database says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    offered_at = models.DateTimeField(_("offered"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    en_route_at = models.DateTimeField(_("en route"), null=True)
    on_scene_at = models.DateTimeField(_("on scene"), null=True)
    clear_at = models.DateTimeField(_("cleared"), null=True)
    refused_at = models.DateTimeField(_("refused"), null=True)
    withdrawn_at = models.DateTimeField(_("stood down"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    expected_seconds = models.PositiveIntegerField(_("expected driving time (s)"), null=True)
    sketch = models.BooleanField(_("expected on a drawn road network"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("offered_at", "id")
        constraints = [models.UniqueConstraint(fields=["unit"], condition=OPEN, name="response_one_open_per_unit")]

    @property
    def stage(self) -> Stage:
        """How far it has come: the last of its times that is set, in the order of the stages."""
        return next(stage for stage in reversed(Stage) if self.time_of(stage) is not None)

    @property
    def is_open(self) -> bool:
        """True until it is clear, refused or stood down."""
        return self.stage not in ENDED

    @property
    def reversed_times(self) -> bool:
        """True when a later step is said to have happened before an earlier one: kept, but no rate counts it."""
        times = [moment for stage in Stage if (moment := self.time_of(stage)) is not None]
        return times != sorted(times)

    def time_of(self, stage: Stage) -> datetime | None:
        """When that stage was reached, None if it was not."""
        moment: datetime | None = getattr(self, f"{stage}_at")
        return moment
