"""The specimen's typed row."""

from __future__ import annotations

from typing import Any

from django.db import models

from linli.base.bilingual import bilingual
from linli.cases.models import Detail


def _(english: str) -> Any:
    """The specimen's few field names in both languages."""
    return bilingual({"fault": "故障", "pressure (kPa)": "压力（kPa）", "what was found": "现场情况"}[english], english)


class HydrantFault(Detail):
    """One reported or measured fault of a public hydrant (消火栓)."""

    class Fault(models.TextChoices):
        DRY = "dry", bilingual("无水", "no water")
        WEAK = "weak", bilingual("压力不足", "pressure too low")
        BLOCKED = "blocked", bilingual("被埋压圈占", "blocked or built over")

    fault = models.CharField(_("fault"), max_length=8, choices=Fault)
    pressure_kpa = models.PositiveIntegerField(_("pressure (kPa)"), null=True, blank=True)
    found = models.TextField(_("what was found"), blank=True)
