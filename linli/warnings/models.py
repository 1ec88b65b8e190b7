"""Warnings in force and those that were: one row for each event of a chain of messages. Derived from the log."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.ids import uuid7


class End(models.TextChoices):
    """Why a warning is over."""

    CANCELLED = "cancelled", _("cancelled")
    ALL_CLEAR = "all_clear", _("all clear")
    EXPIRED = "expired", _("time over")
    SUPERSEDED = "superseded", _("replaced")


class Warning(models.Model):
    """What its newest message says. `chain`: keys of all its messages (`sender,identifier,sent` and without `sent`).

    `awaited`: keys that a message named and nobody has seen yet. `texts`: words by language. `history`: what each
    message did. `areas`: paths of the tree, none when it is for elsewhere; `geometry`: what it outlines (GeoJSON).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.CharField(max_length=160)
    identifier = models.CharField(max_length=200)
    sent = models.DateTimeField(_("sent"))
    chain = ArrayField(models.TextField(), default=list)
    awaited = ArrayField(models.TextField(), default=list)
    exercise = models.BooleanField(_("exercise"), default=False)
    public = models.BooleanField(default=False)
    scope = models.CharField(max_length=16, blank=True)
    event = models.CharField(_("event"), max_length=200, blank=True)
    event_code = models.CharField(max_length=32, blank=True)
    colour = models.CharField(_("colour"), max_length=8, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), default=5)
    effective = models.DateTimeField(null=True)
    onset = models.DateTimeField(null=True)
    expires = models.DateTimeField(_("until"), null=True)
    texts: Any = models.JSONField(default=dict)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    web = models.CharField(max_length=400, blank=True)
    areas = ArrayField(models.CharField(max_length=80), default=list)
    geometry: Any = models.JSONField(null=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    trust = models.CharField(max_length=16)
    findings = ArrayField(models.CharField(max_length=64), default=list)
    earlier_unseen = models.BooleanField(default=False)
    history: Any = models.JSONField(default=list)
    first_sent = models.DateTimeField()
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.CharField(max_length=12, choices=End, blank=True)
    log_id = models.BigIntegerField()

    class Meta:
        ordering = ("level", "-sent", "-id")
        indexes = [
            GinIndex(fields=["chain"], name="warnings_chain"),
            GinIndex(fields=["awaited"], name="warnings_awaited"),
            models.Index(fields=["expires"], name="warnings_open", condition=models.Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.colour}"


class EarlyEnd(models.Model):
    """A cancel whose warning has not been seen: kept for a day, applied if it arrives late."""

    id = models.BigAutoField(primary_key=True)
    keys = ArrayField(models.TextField())
    key = models.TextField()
    exercise = models.BooleanField(default=False)
    sent = models.DateTimeField()
    until = models.DateTimeField(db_index=True)


class Issue(models.Model):
    """A warning of our own: drafted by one, released by another, then a signed document that never changes."""

    class Act(models.TextChoices):
        """What it does."""

        ALERT = "Alert", _("new warning")
        UPDATE = "Update", _("change of a warning")
        CANCEL = "Cancel", _("lifting of a warning")

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("waits for release")
        RELEASED = "released", _("released")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.CharField(_("what it does"), max_length=8, choices=Act, default=Act.ALERT)
    warning = models.ForeignKey(Warning, models.SET_NULL, null=True, related_name="issues")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    exercise = models.BooleanField(_("exercise"), default=False)
    said: Any = models.JSONField(default=dict)
    area_path = models.CharField(max_length=80)
    drafted_by = models.UUIDField(null=True)
    drafted_name = models.CharField(max_length=120, blank=True)
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    identifier = models.CharField(max_length=64, null=True, unique=True)
    sent = models.DateTimeField(null=True)
    document = models.BinaryField(null=True)

    class Meta:
        ordering = ("-drafted_at", "-id")


class SigningKey(models.Model):
    """The installation's key for warnings, sealed; the newest signs. Certificates stay, so that old ones verify."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed_key = models.BinaryField()
    certificate = models.TextField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-made_at",)
