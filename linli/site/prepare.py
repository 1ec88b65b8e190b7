"""Bring the database to the released state: migrate as the owner, then write what the code declares."""

from __future__ import annotations

from django.core.management import call_command


def migrate(quiet: bool = False) -> None:
    """Run all migrations as linli_owner, then record released kinds and workflows, areas and the calendar."""
    from linli.areas.loader import load_areas
    from linli.base.calendar_store import seed_calendar
    from linli.cases.release import release

    call_command("migrate", database="owner", verbosity=0 if quiet else 1, interactive=False)
    seed_calendar()
    load_areas()
    release()
