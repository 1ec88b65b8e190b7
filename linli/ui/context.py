"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Demo mark, actor on duty and language for the shell template."""
    return {"demo": settings.DEMO, "actor": getattr(request, "actor", None)}
