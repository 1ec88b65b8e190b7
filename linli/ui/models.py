"""Saved views of lists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.ids import uuid7


class SavedView(models.Model):
    """A list's address under a name: kept by one person, or shared with everyone in a post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list_key = models.CharField(_("list"), max_length=64)
    label = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(_("filters and order"), max_length=1000, blank=True)
    columns = models.JSONField(_("columns"), default=list)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_views")
    post = models.CharField(_("shared with the post"), max_length=64, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("made_at", "id")
        indexes = [models.Index(fields=["list_key", "post"], name="ui_savedview_list")]
        constraints = [
            models.UniqueConstraint(fields=["list_key", "owner", "label"], name="ui_savedview_one_name"),
        ]

    def __str__(self) -> str:
        return self.label
