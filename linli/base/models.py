"""Tables of the foundation: what must happen after commit."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

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
