"""The room of cases: adds the checks of workflows to the start-up checks."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Nothing else happens at the start: kinds come from the packs."""

    name = "linli.cases"

    def ready(self) -> None:
        from linli.cases import checks

        checks.register()
