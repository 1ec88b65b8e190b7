"""Messages to people in the app. Delivery follows the duty roster: to a post in an area, not to a log-in (L6)."""

from __future__ import annotations

from django.db import models

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class Message(models.Model):
    """One notice to the holders of a post of a body (or in an area): what, about which thing, read when by whom."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.CharField(max_length=64)
    post = models.CharField(max_length=64)
    body_id = models.UUIDField(null=True)
    area_path = LtreeField()
    priority = models.PositiveSmallIntegerField(default=3)
    fields = models.JSONField(default=dict)
    about = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("-at", "-id")
