"""Tables of what the house listens to beside its own ports: mappings of plain JSON, MQTT brokers and their topics.

Imported by `linli.signals.models`, and from there.
"""

from __future__ import annotations

from django.db import models

from linli.base import clock
from linli.base.ids import uuid7
from linli.signals.models import EventSource


class Mapping(models.Model):
    """How the plain JSON of a source becomes signals: a text in TOML (`signals.mapping`), one version of it.

    `since` empty = a draft; `until` empty = in force. What was once in force is never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(EventSource, models.CASCADE, related_name="mappings")
    version = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("source", "-version")
        constraints = [
            models.UniqueConstraint(fields=["source", "version"], name="signals_mapping_version"),
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(since__isnull=True), name="signals_one_mapping_draft"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(since__isnull=False, until__isnull=True),
                name="signals_one_mapping_live",
            ),
        ]


class MappingSample(models.Model):
    """A message as the source's makers show it or as it came, on which every new mapping is tried."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(EventSource, models.CASCADE, related_name="samples")
    name = models.CharField(max_length=120)
    topic = models.CharField(max_length=400, blank=True)
    body = models.BinaryField()
    added_by = models.UUIDField(null=True)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("added_at", "id")


class Broker(models.Model):
    """An MQTT broker of somebody else that the house listens to as a client.

    `version`: 5 or 3 (3.1.1). `native`: it carries the house's own topics, `linli/v1/…`. `proves_sender`: its access
    list lets each client publish under its own name only. `ca`, `certificate`: PEM. `fault`: why it is not connected.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=8883)
    version = models.PositiveSmallIntegerField(default=5)
    tls = models.BooleanField(default=True)
    ca = models.TextField(blank=True)
    username = models.CharField(max_length=120, blank=True)
    sealed_password = models.BinaryField(null=True)
    certificate = models.TextField(blank=True)
    sealed_certificate_key = models.BinaryField(null=True)
    client_id = models.CharField(max_length=64)
    native = models.BooleanField(default=True)
    proves_sender = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    connected_since = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    fault_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class Subscription(models.Model):
    """A topic filter of a broker whose messages are those of one source."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    broker = models.ForeignKey(Broker, models.CASCADE, related_name="subscriptions")
    filter = models.CharField(max_length=400)
    source = models.ForeignKey(EventSource, models.PROTECT, related_name="subscriptions")

    class Meta:
        ordering = ("broker", "filter")
        unique_together = (("broker", "filter"),)


class MqttDelivery(models.Model):
    """The last message without a number of its own under each packet identifier of a broker: tells a repetition."""

    id = models.BigAutoField(primary_key=True)
    broker = models.ForeignKey(Broker, models.CASCADE, related_name="deliveries")
    packet = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=16)
    number = models.UUIDField()

    class Meta:
        unique_together = (("broker", "packet"),)
