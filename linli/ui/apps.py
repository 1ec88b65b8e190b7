"""The kit as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class UiConfig(AppConfig):
    """Registers the kit's start-up checks."""

    name = "linli.ui"

    def ready(self) -> None:
        from linli.ui.checks import front_end_built

        checks.register(front_end_built, checks.Tags.staticfiles)
