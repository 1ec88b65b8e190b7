"""A house of its own for a measurement: a durable PostgreSQL in a temporary folder, migrated, reached as linli_app."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def open_house() -> None:
    """Start the server, migrate, set Django up; everything goes again when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-"))
    folder.chmod(0o755)  # the server's own account must be able to reach its data folder
    os.environ["LINLI_VAR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.site.settings"
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.conf import settings

    from linli.site import postgres, prepare

    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(postgres.stop, folder)
    postgres.start(settings.VAR, settings.SECRETS)
    postgres.prepare(settings.SERVER, settings.SECRETS)
    django.setup()
    prepare.migrate(quiet=True)
