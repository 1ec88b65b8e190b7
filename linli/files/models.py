"""Stored files: sniffed, limited, hashed; the original kept, a public copy without place and time beside it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.ids import uuid7


class StoredFile(models.Model):
    """One file. `digest` is SHA-256 of the original; `place` and `taken_at` come from EXIF and stay here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    digest = models.BinaryField(max_length=32)
    path = models.CharField(max_length=200)
    public_path = models.CharField(max_length=200, blank=True)
    lng = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)
    stored_at = models.DateTimeField(default=clock.now)
    stored_by = models.UUIDField(null=True)
