"""The city's things, without its residents: organisations, premises, assets, duties, and the imports they came by.

Contacts are personal: their table is reached through `linli.access` alone; which place they belong to, in which
order and when, is a `Duty` that knows the person by pseudonym.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from linli.access.models import Personal
from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class InUse(models.QuerySet):
    """Rows by the period in which the thing exists in the world."""

    def in_service(self, day: date, type: str = "") -> InUse:
        """In use on the local day `day`; of the asset type `type` if given."""
        rows = self.filter(in_use__contains=day)
        return rows.filter(type=type) if type else rows


class Placed(models.Model):
    """A thing with an own key, a place (WGS-84) and a period of use [first day, first day after)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    initials = models.CharField(max_length=64, blank=True, editable=False)
    area_path = LtreeField(_("area"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    lng = models.FloatField(_("longitude (WGS-84)"), null=True, blank=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True, blank=True)
    in_use = DateRangeField(_("in use"))
    provenance = models.JSONField(_("where this comes from"), default=dict)
    objects = InUse.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Organisation(Placed):
    """A unit (单位) with its unified social credit code (USCC, GB 32100-2015), checked on the way in."""

    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    kinds = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("kinds"))


class Premises(Placed):
    """A place where an organisation is: building, floor, shop, yard (场所)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="premises")
    kind = models.CharField(_("kind"), max_length=32)


class Asset(Placed):
    """A device or system (设备): number, type declared by a pack, where it stands, who runs it."""

    number = models.CharField(_("asset number"), max_length=64, unique=True)
    type = models.CharField(_("type"), max_length=64)
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, blank=True, related_name="assets")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name=_("owner")
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    supervision = models.DurationField(_("supervision interval"), null=True, blank=True)
    settings = models.JSONField(_("settings"), default=dict)

    def setting(self, name: str, default: Any = None) -> Any:
        """The value of a setting of this asset: its own, else that of its type's model, else `default`."""
        from linli.registers.registry import asset_types

        if name in self.settings:
            return self.settings[name]
        declared = asset_types.get(self.type)
        model = declared.settings if declared else None
        return getattr(model(), name, default) if model else default


class Duty(models.Model):
    """Who is responsible for what, when. No two holders of one role for one thing at a time (the database says so)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.CharField(_("role"), max_length=64)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="duties")
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="duties")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="duties")
    target = models.GeneratedField(
        expression=Coalesce("asset", "premises", "organisation"), output_field=models.UUIDField(), db_persist=True
    )
    body_id = models.UUIDField(_("responsible body"), null=True)
    subject_id = models.UUIDField(_("person, as a pseudonym"), null=True)
    during = DateRangeField(_("from – to"))

    class Meta:
        ordering = ("role", "id")
        constraints = [
            models.CheckConstraint(
                name="registers_duty_of_one_thing",
                condition=(
                    models.Q(asset__isnull=False, premises__isnull=True, organisation__isnull=True)
                    | models.Q(asset__isnull=True, premises__isnull=False, organisation__isnull=True)
                    | models.Q(asset__isnull=True, premises__isnull=True, organisation__isnull=False)
                ),
            )
        ]
        indexes = [
            models.Index(
                fields=["subject_id"], name="registers_duty_subject", condition=models.Q(subject_id__isnull=False)
            )
        ]


class Change(models.Model):
    """One thing registered, changed or retired: what it was and became, by whom, from where. Append-only.

    `before` and `after` hold the fields concerned, as text; an undone import leaves its own lines behind.
    """

    class Act(models.TextChoices):
        """What was done."""

        MADE = "made", _("registered")
        CHANGED = "changed", _("changed")
        RETIRED = "retired", _("taken out of use")
        REMOVED = "removed", _("import undone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    model = models.CharField(max_length=64)
    target = models.UUIDField()
    act = models.CharField(_("act"), max_length=8, choices=Act)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    source = models.CharField(_("source"), max_length=200)
    at = models.DateTimeField(_("time"), default=clock.now)
    by = models.UUIDField(_("who"), null=True)
    post = models.CharField(_("post"), max_length=64)
    run = models.ForeignKey("ImportRun", models.PROTECT, null=True, related_name="changes")

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["target", "id"], name="registers_change_target")]


class ImportRun(models.Model):
    """One file to take in: tried first, then written row by row of its batches, undone as one act."""

    class State(models.TextChoices):
        """How far it is."""

        TRIED = "tried", _("tried, nothing written")
        WRITING = "writing", _("being written")
        WRITTEN = "written", _("written")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    spec = models.CharField(_("what"), max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.BinaryField(max_length=32)
    headings = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.TRIED)
    by = models.UUIDField(_("who"), null=True)
    body_id = models.UUIDField(_("body"), null=True)
    at = models.DateTimeField(_("time"), default=clock.now)
    counts = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)


class ImportRow(models.Model):
    """One row of a file: its cells as they stood, and what becomes of it or why it was refused.

    `errors`: list of {column, heading, cell, sentence}. Rejected rows stay, and can be taken out as a file.
    """

    class Outcome(models.TextChoices):
        """What writing the row does."""

        NEW = "new", _("new")
        CHANGED = "changed", _("changes")
        SAME = "same", _("unchanged")
        WRONG = "wrong", _("to correct")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    errors = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=Outcome)
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ("run", "line")
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="registers_importrow_line")]


class Contact(Personal):
    """Name and phone of a contact person (联系人) of an alarm user. Reached through the gate alone."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
