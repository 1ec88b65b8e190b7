"""What is known of a case about a device itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Detail


class Adoption(Detail):
    """A sender that nobody has registered: adopt it (give it to an asset) or refuse it (认领或拒绝)."""

    source = models.CharField(_("sender"), max_length=200)
    protocol = models.CharField(_("protocol"), max_length=16)
    said = models.CharField(_("what it said first"), max_length=64, blank=True)
    asset_number = models.CharField(_("number of the asset it belongs to"), max_length=64, blank=True)


class Fault(Detail):
    """A fault that the device itself reports: power, battery, component, line."""

    fault = models.CharField(_("fault"), max_length=64)
    zone = models.CharField(_("zone"), max_length=64, blank=True)
    remedy = models.CharField(_("what was done"), max_length=200, blank=True)


class Unstable(Detail):
    """A device whose link comes and goes."""

    flips = models.PositiveIntegerField(_("changes within an hour"))
    remedy = models.CharField(_("what was done"), max_length=200, blank=True)


class Outage(Detail):
    """A device that has fallen silent."""

    silent_since = models.DateTimeField(_("silent since"))
    remedy = models.CharField(_("what was done"), max_length=200, blank=True)


class Code(Detail):
    """A code that the house cannot read yet: teach it (编码释义)."""

    code = models.CharField(_("code"), max_length=32)
    format = models.CharField(_("format"), max_length=16, blank=True)
    meaning = models.CharField(_("what it means"), max_length=200, blank=True)
