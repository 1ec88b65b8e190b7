"""What the engine writes down besides cases: rules that failed on a signal, and decisions that wait."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
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


class Held(models.Model):
    """A decision to open that waits: it is carried out at `due_at` unless a later signal takes it back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fold_key = models.CharField(max_length=200, unique=True)
    rule = models.CharField(max_length=64)
    log_id = models.BigIntegerField()
    decision = models.JSONField(encoder=DjangoJSONEncoder)
    due_at = models.DateTimeField(db_index=True)
