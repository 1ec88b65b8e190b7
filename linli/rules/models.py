"""What the engine writes down besides cases: rules that failed on a signal, and rules that somebody paused."""

from __future__ import annotations

from django.db import models

from linli.base import clock
from linli.base.ids import uuid7


class RuleFailure(models.Model):
    """A rule that raised on a signal: the log went on; after a fix the signal can be judged again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    log_id = models.BigIntegerField()
    error = models.CharField(max_length=1000)
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-id")
        unique_together = (("rule", "log_id"),)
