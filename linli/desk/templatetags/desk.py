"""Words of the desk's own."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def minutes(seconds: float) -> str:
    """A driving time as the desk says it: `3.2 min`."""
    return _("{minutes} min").format(minutes=f"{seconds / 60:.1f}")
