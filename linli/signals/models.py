"""Tables of the signals room. The log itself is partitioned by retention class and month, by SQL in the migration."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7
from linli.registers.models import Asset


class Signal(models.Model):
    """One row of the log: append-only; its order `log_id` is the order of commit and the cursor of every reader."""

    log_id = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(editable=False)
    retention = models.CharField(max_length=8)
    protocol = models.CharField(max_length=16)
    source = models.CharField(max_length=200)
    sequence = models.CharField(max_length=80, null=True)
    kind = models.CharField(max_length=64)
    phase = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    asset = models.ForeignKey(Asset, models.DO_NOTHING, null=True, db_constraint=False, related_name="signals")
    area_path = LtreeField(null=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    values = models.JSONField(default=dict)
    late = models.BooleanField(default=False)
    deviations = ArrayField(models.CharField(max_length=64), default=list)
    trust = models.CharField(max_length=16)
    clock_skew_seconds = models.FloatField(null=True)
    raw = models.BinaryField(null=True)
    fingerprint = models.BinaryField(max_length=16)

    class Meta:
        managed = False
        db_table = "signals_log"
        ordering = ("log_id",)


class Line(models.Model):
    """A sender the house knows: protocol and identity → asset; its key (sealed), time policy, device profile."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    protocol = models.CharField(max_length=16)
    identity = models.CharField(max_length=200)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="lines")
    sealed_key = models.BinaryField(null=True)
    time_policy = models.CharField(max_length=16, default="strict")
    window_seconds = models.PositiveIntegerField(null=True)
    profile = models.CharField(max_length=32, default="tolerant")
    strict_encryption = models.BooleanField(default=False)
    interval_seconds = models.PositiveIntegerField(default=3600)
    settings = models.JSONField(default=dict)
    during = DateTimeRangeField()


class Quarantine(models.Model):
    """What could not be read or was refused: raw bytes, reason; identical reasons of one source fold into a count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    protocol = models.CharField(max_length=16)
    source = models.CharField(max_length=200)
    reason = models.CharField(max_length=64)
    detail = models.CharField(max_length=400, blank=True)
    raw = models.BinaryField(null=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-last_seen", "-id")


class AssetState(models.Model):
    """What is so now, one row per asset; rebuildable from the log."""

    asset = models.OneToOneField(Asset, models.CASCADE, primary_key=True, related_name="state")
    presence = models.CharField(max_length=8, default="never")
    last_seen = models.DateTimeField(null=True)
    last_log_id = models.BigIntegerField(null=True)
    armed = models.CharField(max_length=12, blank=True)
    faults = models.JSONField(default=dict)
    alarms = models.JSONField(default=dict)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    position_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    maintenance_until = models.DateTimeField(null=True)
    follow_until = models.DateTimeField(null=True)
    recent = models.JSONField(default=list)
    due_late_at = models.DateTimeField(null=True, db_index=True)


class Interval(models.Model):
    """History: what was so of an asset from when to when (presence, each fault, armed, joined, maintenance)."""

    id = models.BigAutoField(primary_key=True)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="intervals")
    what = models.CharField(max_length=64)
    value = models.CharField(max_length=64)
    during = DateTimeRangeField()
    cause = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("asset", "what", "during")


class Listening(models.Model):
    """When the house itself was listening on a gateway: silence counts only inside these."""

    id = models.BigAutoField(primary_key=True)
    gateway = models.CharField(max_length=32)
    during = DateTimeRangeField()
    beat_at = models.DateTimeField(default=clock.now)


class FoldedCount(models.Model):
    """How many heartbeats and positions were folded into the state, per asset and hour."""

    id = models.BigAutoField(primary_key=True)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        unique_together = (("asset", "hour"),)


class Cursor(models.Model):
    """How far a reader of the log has come."""

    reader = models.CharField(primary_key=True, max_length=64)
    log_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(default=clock.now)
