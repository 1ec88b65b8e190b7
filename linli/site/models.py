"""The house's own bookkeeping."""

from __future__ import annotations

from django.db import models

from linli.base import clock


class Heartbeat(models.Model):
    """When a part of the house last worked."""

    part = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(default=clock.now)
