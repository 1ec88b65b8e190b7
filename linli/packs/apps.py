"""The last app to get ready: by now every model is there, so the packs' declarations can be read."""

from __future__ import annotations

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Reads the packs, hands their parts to the rooms, freezes the registries, adds the start-up checks."""

    name = "linli.packs"

    def ready(self) -> None:
        from linli.packs import handover, startup
        from linli.packs.discovery import pack_modules

        handover.open_house(pack_modules())
        startup.register()
