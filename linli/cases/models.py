"""The case and what hangs on it. One function changes these rows: `linli.cases.act`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7
from linli.base.searched import SearchedText, set_searched


class BehindEveryDue(Func):
    """A moment behind every due time, the earlier the later a case was opened: what has no clock stands newest first."""

    template = (
        "(timestamp '9999-12-31' - (%(expressions)s AT TIME ZONE 'UTC' - timestamp '1970-01-01')) AT TIME ZONE 'UTC'"
    )
    output_field = models.DateTimeField()


class Kind(models.Model):
    """A kind of case as released: its labels stay when its pack goes, and reports outside Linli can join."""

    key = models.CharField(primary_key=True, max_length=64)
    labels = models.JSONField(default=dict)
    pack = models.CharField(max_length=64)
    number_word = models.CharField(max_length=8)
    retired_at = models.DateTimeField(null=True)


class WorkflowVersion(models.Model):
    """A workflow as released; a case points at the one it was opened under and is read by its own law."""

    id = models.BigAutoField(primary_key=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="workflows")
    digest = models.CharField(max_length=32)
    document = models.JSONField()
    since = models.DateTimeField(default=clock.now)

    class Meta:
        unique_together = (("kind", "digest"),)


class Cases(models.QuerySet):
    """Cases by time and state."""

    def open_on(self, day: date, kind: str) -> Cases:
        """Cases of `kind` that were open at the end of the local day `day`."""
        end = datetime.combine(day, datetime.max.time(), tzinfo=clock.LOCAL)
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=end), kind_id=kind, opened_at__lte=end)


class Case(models.Model):
    """One piece of somebody's work: kind, state, place, responsible body, clocks. Numbered without gaps.

    `version` rises with every act; `field_versions` says at which version each field was last edited;
    `transfer` is the hand-over that waits for an answer: {to, by, at, reason}, `returns` how many came back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(pgettext_lazy("case", "number"), max_length=40, unique=True)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="cases")
    workflow = models.ForeignKey(WorkflowVersion, models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=40)
    state_since = models.DateTimeField(_("in this state since"), default=clock.now)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=3, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    area_path = LtreeField(pgettext_lazy("case", "area"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    premises = models.ForeignKey("registers.Premises", models.PROTECT, null=True, related_name="cases")
    asset = models.ForeignKey("registers.Asset", models.PROTECT, null=True, related_name="cases")
    organisation = models.ForeignKey("registers.Organisation", models.PROTECT, null=True, related_name="cases")
    responsible = models.ForeignKey(
        "accounts.Body", models.PROTECT, null=True, related_name="cases", verbose_name=_("responsible body")
    )
    bodies = ArrayField(models.UUIDField(), default=list, verbose_name=_("every body assigned or transferred to"))
    opened_at = models.DateTimeField(pgettext_lazy("case", "opened"))
    due_at = models.DateTimeField(_("due"), null=True)
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", BehindEveryDue("opened_at")), output_field=models.DateTimeField(), db_persist=True
    )
    closed_at = models.DateTimeField(pgettext_lazy("case", "closed"), null=True)
    outcome = models.CharField(pgettext_lazy("case", "outcome"), max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    recurrence_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="recurrences")
    opened_by = models.JSONField(default=dict)
    fold_key = models.CharField(max_length=200, null=True)
    signals = models.PositiveIntegerField(_("signals"), default=0)
    last_signal_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    field_versions = models.JSONField(default=dict)
    transfer = models.JSONField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    is_test = models.BooleanField(default=False)
    words = SearchedText(pairs="pairs")
    pairs = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    objects = Cases.as_manager()

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = [
            models.UniqueConstraint(F("fold_key"), condition=Q(closed_at__isnull=True), name="cases_one_open_per_fold"),
        ]
        indexes = [
            models.Index(fields=["due_order", "id"], name="cases_by_due"),
            models.Index(fields=["-opened_at", "-id"], name="cases_by_opening"),
            models.Index(fields=["kind", "due_order", "id"], name="cases_of_kind_by_due"),
            models.Index(fields=["due_order", "id"], condition=Q(closed_at__isnull=True), name="cases_open_by_due"),
            models.Index(fields=["fold_key", "-closed_at"], condition=Q(fold_key__isnull=False), name="cases_by_fold"),
            GinIndex(fields=["bodies"], name="cases_by_body"),
            GistIndex(fields=["area_path"], name="cases_by_area"),
            GinIndex(fields=["pairs"], name="cases_by_words"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As ever; a whole save also renews what the search finds."""
        if kwargs.get("update_fields") is None:
            set_searched(self, "words", f"{self.number} {self.title} {self.address}")
        super().save(*args, **kwargs)


class Detail(models.Model):
    """Base of each pack's typed row: one to one with its case, seen when the case is."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="%(app_label)s_%(class)s")

    class Meta:
        abstract = True


class NumberCounter(models.Model):
    """The last number given, per area, kind word and local year: drawn under its row lock, so there are no gaps."""

    id = models.BigAutoField(primary_key=True)
    area = models.CharField(max_length=16)
    word = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        unique_together = (("area", "word", "year"),)


class RunningClock(models.Model):
    """One clock of one case: from when, until when, paused, stopped, how it was counted.

    `pauses`: rows {since, until, ground, who}; `extensions`: rows {from, to, ground, who, at}; `fired`: per cents
    of the time whose step was taken; `steps`: the arithmetic (linli.base.steps), `calendar_version` what it used.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks")
    key = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    extensions = models.JSONField(default=list)
    next_fire_at = models.DateTimeField(null=True)
    fired = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    calendar_version = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ("started_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=Q(stopped_at__isnull=True), name="cases_one_clock_runs"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_fire_at", "id"], condition=Q(next_fire_at__isnull=False), name="cases_clock_fire"
            ),
            models.Index(
                fields=["calendar_version"],
                condition=Q(stopped_at__isnull=True) & ~Q(calendar_version=""),
                name="cases_clock_calendar",
            ),
        ]


class TimelineEntry(models.Model):
    """What happened, in order; append-only. `key` is the sender's idempotency key: a repeat gets the first result."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="timeline")
    at = models.DateTimeField(default=clock.now)
    occurred_at = models.DateTimeField(null=True)
    what = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    post = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        ordering = ("at", "id")


class Task(models.Model):
    """Something a post is asked to do on a case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    title = models.CharField(_("task"), max_length=200)
    post = models.CharField(_("post"), max_length=64)
    body = models.ForeignKey("accounts.Body", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(_("due"), null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.UUIDField(null=True)


class Evidence(models.Model):
    """A stored file as evidence of a case: photo, document; its place and time kept apart from the public copy."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    need = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    distance_m = models.FloatField(null=True)
