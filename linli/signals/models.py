"""Tables of the signals room. The log itself is partitioned by retention class and month, by SQL in the migration."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7
from linli.registers.models import Asset


class Signal(models.Model):
    """One row of the log: append-only; its order `log_id` is the order of commit and the cursor of every reader.

    Rows are seen by area (row-level security); those of unknown senders have none and are seen by the house alone.
    """

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


class Seen(models.Model):
    """Fingerprints of the protocol's window: an equal frame inside it is a repetition, after it is news.

    `content`: digest of what was said, where the fingerprint is of the sender's own id alone (HTTP).
    """

    fingerprint = models.UUIDField(primary_key=True)
    id = models.UUIDField(editable=False)
    until = models.DateTimeField()
    content = models.BinaryField(max_length=16, null=True)

    class Meta:
        managed = False
        db_table = "signals_seen"


class Line(models.Model):
    """A sender the house knows: protocol and identity → asset; its key (sealed), time policy, device profile.

    No two lines of one identity at a time (the database says so). `interval_seconds`: heard at least so often;
    empty = the asset's own interval, else its type's, else the protocol's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    protocol = models.CharField(max_length=16)
    identity = models.CharField(max_length=200)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="lines")
    sealed_key = models.BinaryField(null=True)
    time_policy = models.CharField(max_length=16, default="strict")
    window_seconds = models.PositiveIntegerField(null=True)
    profile = models.CharField(max_length=32, default="tolerant")
    strict_encryption = models.BooleanField(default=False)
    interval_seconds = models.PositiveIntegerField(null=True)
    settings = models.JSONField(default=dict)
    during = DateTimeRangeField()


class Part(models.Model):
    """A part of a device (a detector behind a fire alarm transmitter), and the status it last reported.

    `source` as the log names it, `part` as its gateway does; `status` are bits. What a bit did is told by what it was.
    """

    pk = models.CompositePrimaryKey("source", "part")
    source = models.CharField(max_length=200)
    part = models.CharField(max_length=64)
    status = models.IntegerField()
    name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()


class EventSource(models.Model):
    """Who may send events (HTTP, MQTT): its source address (CloudEvents `source`), its secrets, whom it may speak for.

    `short_name` stands for it where an address has no room for a URI: topics, and the address of plain JSON.

    `sealed_secrets`: newest first; two stand side by side for a week after a change (`changed_at`). `scheme` names the
    form of the signature. Subjects: assets at or below `area_path`, of `asset_types` when there are any; an event
    without one is about `asset`. `kinds`: what it may say (`measure.*` = the family). `origins`: who may ask by the
    web-hook handshake. `last_refusal`: the code of the last refusal.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uri = models.CharField(max_length=160, unique=True)
    short_name = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    scheme = models.CharField(max_length=24, default="standard")
    sealed_secrets = ArrayField(models.BinaryField(), default=list)
    area_path = LtreeField()
    asset_types = ArrayField(models.CharField(max_length=64), default=list)
    kinds = ArrayField(models.CharField(max_length=64), default=list)
    origins = ArrayField(models.CharField(max_length=253), default=list)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="event_sources")
    per_minute = models.PositiveIntegerField(default=600)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(null=True)
    last_refused_at = models.DateTimeField(null=True)
    last_refusal = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("uri",)

    def __str__(self) -> str:
        return self.uri


class SipPeer(models.Model):
    """A device or platform that registers over GB/T 28181: since when, from where, until when, what it says of itself.

    `owed`: devices that are mute until they are reset, with the moment at which that is done at the latest.
    """

    identity = models.CharField(primary_key=True, max_length=20)
    transport = models.CharField(max_length=4, blank=True)
    host = models.CharField(max_length=64, blank=True)
    port = models.PositiveIntegerField(default=0)
    registered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=8, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    manufacturer = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    firmware = models.CharField(max_length=120, blank=True)
    heartbeat_seconds = models.PositiveIntegerField(default=60)
    heartbeat_misses = models.PositiveIntegerField(default=3)
    catalogue_at = models.DateTimeField(null=True)
    catalogue_state = models.CharField(max_length=8, default="never")
    catalogue_sum = models.PositiveIntegerField(default=0)
    catalogue_seen = models.PositiveIntegerField(default=0)
    status_at = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    probe_answered = models.BooleanField(null=True)
    owed = models.JSONField(default=dict)


class SipChannel(models.Model):
    """A device in a peer's catalogue. Its identity is (peer, number): one number can stand behind two recorders.

    `status`: ON, OFF, VLOST, DEFECT or GONE, as said `status_at` by `status_by` (catalogue, notify).
    """

    id = models.BigAutoField(primary_key=True)
    peer = models.ForeignKey(SipPeer, models.CASCADE, related_name="channels", db_index=False)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200, blank=True)
    manufacturer = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    civil_code = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=300, blank=True)
    parent_number = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=8, default="ON")
    status_at = models.DateTimeField()
    status_by = models.CharField(max_length=12, default="catalogue")
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    more = models.JSONField(default=dict)

    class Meta:
        unique_together = (("peer", "number"),)


class WebhookDelivery(models.Model):
    """A `webhook-id` already used by a source, with the digest of its body: kept for the replay window."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(EventSource, models.CASCADE, related_name="deliveries")
    webhook_id = models.CharField(max_length=128)
    digest = models.BinaryField(max_length=16)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        unique_together = (("source", "webhook_id"),)


class CapSource(models.Model):
    """Whose warnings are taken: the sender of its alerts, the certificates it signs with, the feed that is asked.

    `certificates`: PEM, of the sender or of its issuers. `accepts_unsigned`: what comes by its own feed, or by an event
    source that speaks for its asset, needs no signature (a closed network). `hosts`: where alerts may be fetched besides
    the feed's own host. `seen`: change marks of the entries in the feed as last read. Feeds are asked from `due_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.CharField(max_length=160, unique=True)
    name = models.CharField(max_length=200)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="cap_sources")
    certificates = models.TextField(blank=True)
    accepts_unsigned = models.BooleanField(default=False)
    feed_url = models.CharField(max_length=400, blank=True)
    hosts = ArrayField(models.CharField(max_length=253), default=list)
    interval_seconds = models.PositiveIntegerField(default=60)
    active = models.BooleanField(default=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    seen = models.JSONField(default=dict)
    due_at = models.DateTimeField(default=clock.now)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    fault_told = models.BooleanField(default=False)
    last_error = models.CharField(max_length=200, blank=True)
    last_read_at = models.DateTimeField(null=True)
    last_alert_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("sender",)

    def __str__(self) -> str:
        return self.sender


class Quarantine(models.Model):
    """What could not be read or was refused: reason and count; identical reasons of one source fold into one row.

    The bytes stand in `frames`, each distinct one once (the first thousand of a row; after that only the count).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    protocol = models.CharField(max_length=16)
    source = models.CharField(max_length=200)
    reason = models.CharField(max_length=64)
    detail = models.CharField(max_length=400, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    burst_since = models.DateTimeField(default=clock.now)
    burst = models.PositiveIntegerField(default=1)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-last_seen", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "source", "reason"],
                condition=models.Q(replayed_at__isnull=True),
                name="signals_one_open_quarantine",
            )
        ]


class QuarantinedFrame(models.Model):
    """The bytes of one quarantined frame (or the envelope that was refused, as JSON); replayed on its own.

    `tried_at`, `tried_by`: when it was last run again, and by whom (None = from the command line).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quarantine = models.ForeignKey(Quarantine, models.CASCADE, related_name="frames")
    raw = models.BinaryField(null=True)
    envelope = models.JSONField(null=True)
    digest = models.BinaryField(max_length=16)
    received_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    tried_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("received_at", "id")
        unique_together = (("quarantine", "digest"),)


class Terminal(models.Model):
    """What the JT/T 808 gateway knows of a registered terminal between connections.

    `code_digest`: SHA-256 of its authentication code, bound to phone and `terminal_id`. `bits`: the alarm bits last
    heard, so that only changes are signals; `reported_at`: the newest position's own time. `about`: 0x0107.
    """

    identity = models.CharField(max_length=40, primary_key=True)
    terminal_id = models.CharField(max_length=40, blank=True, default="")
    code_digest = models.BinaryField(null=True)
    registered_at = models.DateTimeField(null=True)
    bits = models.BigIntegerField(default=0)
    reported_at = models.DateTimeField(null=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    about = models.JSONField(default=dict)


class TerminalPart(models.Model):
    """One part of a long JT/T 808 message whose other parts have not all come."""

    id = models.BigAutoField(primary_key=True)
    identity = models.CharField(max_length=40)
    message_id = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    index = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=8)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        unique_together = (("identity", "message_id", "total", "index"),)


class TerminalCommand(models.Model):
    """Something a person wants of a terminal; the gateway sends it and notes what came back.

    `result`: 0 done, 1 failed, 2 message wrong, 3 unsupported. Tried three times, then given up.
    """

    class What(models.TextChoices):
        """What is asked."""

        LOCATE = "locate", _("report the position now")
        TRACK = "track", _("report often for a while")
        TEXT = "text", _("show a text")
        INTERVALS = "intervals", _("set the intervals")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    identity = models.CharField(max_length=40)
    what = models.CharField(max_length=12, choices=What)
    said = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.SmallIntegerField(null=True)

    class Meta:
        ordering = ("asked_at",)
        indexes = [
            models.Index(fields=["asked_at"], name="signals_command_open", condition=models.Q(ended_at__isnull=True))
        ]


class RefusedSender(models.Model):
    """A sender that somebody decided not to adopt: still stored and answered, but nobody is asked again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=216, unique=True)
    reason = models.CharField(max_length=300)
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)


class Change(models.Model):
    """Word that what is remembered of some assets' senders (None: of all) no longer holds; swept after hours."""

    id = models.BigIntegerField(primary_key=True)
    asset_ids = ArrayField(models.UUIDField(), null=True)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "signals_change"


class AssetState(models.Model):
    """What is so now, one row per asset; rebuildable from the log (mute, maintenance and follow are people's words).

    Presence, supervision and position are settled by `accept` itself, alarms, faults and arming by the follower of the
    log right after. `areas`: armed mode per area of the device; `changed`: when each condition last changed (late data
    is judged by it); `measures`: the last value of each; `due_late_at`: when its silence is looked at next.
    """

    asset = models.OneToOneField(Asset, models.CASCADE, primary_key=True, related_name="state")
    presence = models.CharField(max_length=8, default="never")
    supervised = models.BooleanField(default=False)
    last_seen = models.DateTimeField(null=True)
    last_log_id = models.BigIntegerField(null=True)
    armed = models.CharField(max_length=12, blank=True, default="")
    areas = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    alarms = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)
    measures = models.JSONField(default=dict)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    position_at = models.DateTimeField(null=True)
    position_logged_at = models.DateTimeField(null=True)
    battery = models.FloatField(null=True)
    gateway = models.CharField(max_length=16, blank=True, default="")
    due_late_at = models.DateTimeField(null=True, db_index=True)
    muted_until = models.DateTimeField(null=True)
    maintenance_until = models.DateTimeField(null=True)
    follow_until = models.DateTimeField(null=True)


class Interval(models.Model):
    """History: what was so of an asset from when to when (presence, supervised, each fault, armed, maintenance).

    An end that is not there means "until now". Two values of one `what` never overlap (the database says so).
    """

    id = models.BigAutoField(primary_key=True)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="intervals", db_index=False)
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
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        unique_together = (("asset", "hour"),)


class Counted(models.Model):
    """What became of the signals that came in, per protocol and hour; a row for each connection, so that none waits.

    The connections of hours past are put together under 0 (`sums.compact`). Presence said by the house is no part of it.
    """

    id = models.BigAutoField(primary_key=True)
    protocol = models.CharField(max_length=16)
    hour = models.DateTimeField()
    connection = models.IntegerField(default=0)
    logged = models.BigIntegerField(default=0)
    folded = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)

    class Meta:
        unique_together = (("protocol", "hour", "connection"),)
        indexes = [models.Index(fields=["hour"], name="signals_counted_hour")]


class Cursor(models.Model):
    """How far a reader of the log has come."""

    reader = models.CharField(primary_key=True, max_length=64)
    log_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(default=clock.now)


# The tables of mappings and brokers stand in a file of their own; Django finds them through this one.
from linli.signals.listening_models import Broker, Mapping, MappingSample, MqttDelivery, Subscription  # noqa: E402, F401
