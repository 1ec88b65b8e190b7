"""Tables of the foundation: what must happen after commit, and the working calendar."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class Outbox(models.Model):
    """Something that must happen after commit: a live event, a notice, a webhook.

    Written in the transaction of the act; `event_id` is given afterwards by one relay, so that ids rise in the
    order in which rows can be seen and a reader that knows the last id misses nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    area_path = LtreeField(null=True)
    bodies = ArrayField(models.UUIDField(), default=list)
    at = models.DateTimeField(default=clock.now)
    event_id = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(event_id__isnull=True), name="base_outbox_waiting")]


class CalendarPaper(models.Model):
    """The arrangement of one year's holidays (放假安排) as published; a year is known when its paper is here."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    paper = models.CharField(_("paper"), max_length=500)
    digest = models.CharField(max_length=16, editable=False)
    taken_in_at = models.DateTimeField(_("taken in"), default=clock.now)

    class Meta:
        ordering = ("year",)

    def __str__(self) -> str:
        return f"{self.year}"


class CalendarDay(models.Model):
    """A day the paper of a year names: off, or a make-up day that is worked (调休上班)."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        WORKED = "worked", _("make-up working day")

    id = models.BigAutoField(primary_key=True)
    paper = models.ForeignKey(CalendarPaper, models.CASCADE, related_name="days", verbose_name=_("paper"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("holiday"), max_length=100, blank=True)

    class Meta:
        ordering = ("date", "id")
        constraints = [models.UniqueConstraint(fields=["paper", "date"], name="base_calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
