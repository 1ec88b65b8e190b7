"""The administrative tree: areas with keys of their own, and the codes and names they bore, dated.

A code of the Bureau of Statistics is not an identity: villages become communities and get a new one, zones give
theirs to other zones. So other rooms keep a path or a key, never a bare code.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class Kind(models.TextChoices):
    """What an area is in the Bureau's tree (统计用区划代码), by its place in the code."""

    PROVINCE = "province", _("province")
    CITY = "city", _("prefecture city")
    DISTRICT = "district", _("district")
    COUNTY = "county", _("county")
    STREET = "street", _("street office")
    TOWN = "town", _("town")
    TOWNSHIP = "township", _("township")
    ZONE = "zone", _("zone without territory of its own")
    COMMUNITY = "community", _("community")
    VILLAGE = "village", _("village")
    VIRTUAL = "virtual", _("community of a zone")


class Level(models.IntegerChoices):
    """Depth in the tree, which is also the number of labels in a path."""

    PROVINCE = 1, _("province")
    CITY = 2, _("city")
    COUNTY = 3, _("county level")
    TOWN = 4, _("town level")
    VILLAGE = 5, _("village level")


class Area(models.Model):
    """One area. `path` is built of today's codes; `ended_on` is set when it is no more (its path stays).

    `boundary` is a GeoJSON geometry in WGS-84 or None; `boundary_source` says where it comes from («invented» for
    drawn ones, anything but the package's own words for a city's, which the loader leaves alone).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = LtreeField(_("path"))
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    urban_rural = models.CharField(_("urban-rural class"), max_length=3, blank=True)
    urban_rural_guessed = models.BooleanField(default=False)
    lng = models.FloatField(_("longitude (WGS-84)"), null=True)
    lat = models.FloatField(_("latitude (WGS-84)"), null=True)
    point_invented = models.BooleanField(_("point is invented"), default=False)
    boundary: Any = models.JSONField(_("boundary"), null=True)
    boundary_source = models.CharField(max_length=100, blank=True)
    ended_on = models.DateField(_("ended on"), null=True)

    class Meta:
        ordering = ("path",)
        indexes = [GistIndex(fields=["path"], name="areas_area_path")]
        constraints = [models.UniqueConstraint(fields=["path"], condition=Q(ended_on=None), name="areas_one_per_path")]

    def __str__(self) -> str:
        return self.name


class AreaCode(models.Model):
    """A 12-digit code an area bore, when. One area a code, and one code an area, at a time: the database says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.ForeignKey(Area, models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=12)
    valid = DateRangeField(_("from – to"))

    class Meta:
        ordering = ("code",)
        indexes = [models.Index(OpClass(F("code"), "varchar_pattern_ops"), name="areas_code_prefix")]
        constraints = [
            ExclusionConstraint(
                name=f"areas_code_one_{field}_a_time",
                expressions=[(field, RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
            for field in ("code", "area")
        ]

    def __str__(self) -> str:
        return self.code


class AreaName(models.Model):
    """A name an area bears or bore, with what it is found by: sound, initials, pairs of characters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.ForeignKey(Area, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=100)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=64)
    pairs = ArrayField(models.CharField(max_length=2), default=list)
    valid = DateRangeField(_("from – to"))

    class Meta:
        indexes = [
            GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="areas_name_trigrams"),
            GinIndex(OpClass(F("pinyin"), "gin_trgm_ops"), name="areas_pinyin_trigrams"),
            GinIndex(fields=["pairs"], name="areas_name_pairs"),
            models.Index(OpClass(F("initials"), "varchar_pattern_ops"), name="areas_initials_prefix"),
        ]
        constraints = [
            ExclusionConstraint(
                name="areas_name_one_a_time",
                expressions=[("area", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.name


class AreaSuccessor(models.Model):
    """What became of an area: `after` took over from `before` on a day (its code, its people, or both)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    before = models.ForeignKey(Area, models.CASCADE, related_name="successors")
    after = models.ForeignKey(Area, models.CASCADE, related_name="predecessors")
    since = models.DateField(_("since"))
    change = models.CharField(_("change"), max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="areas_successor_once")]


class AreaEdition(models.Model):
    """The state of the tree: one row; `revision` rises with every change, so that processes know to read again."""

    key = models.CharField(primary_key=True, max_length=16, default="tree")
    revision = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(default=clock.now)

    @classmethod
    def current(cls) -> int:
        """The revision of the tree, 0 while nothing is loaded: what caches of it are kept under."""
        return cls.objects.filter(key="tree").values_list("revision", flat=True).first() or 0

    @classmethod
    def locked(cls) -> AreaEdition:
        """The row, held until the end of the transaction: who changes the tree begins with this."""
        cls.objects.get_or_create(key="tree")
        return cls.objects.select_for_update().get(key="tree")
