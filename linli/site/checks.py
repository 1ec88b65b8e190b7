"""The start-up checks: Django's and the house's, all faults at once, each with what, where, what to do."""

from __future__ import annotations

import sys

from django.core import checks
from django.db import OperationalError


def faults(databases: bool = True) -> tuple[list[checks.CheckMessage], list[checks.CheckMessage]]:
    """(errors, warnings) of every check; with the database ones when it can be reached."""
    found = checks.run_checks(databases=["default"] if databases else None)
    errors = [message for message in found if message.level >= checks.ERROR and not message.is_silenced()]
    warnings = [message for message in found if checks.WARNING <= message.level < checks.ERROR]
    return errors, [message for message in warnings if not message.is_silenced()]


def report(quiet: bool = False) -> int:
    """Print every fault; 1 when there is an error. Without a database its checks are left out, and that is said."""
    try:
        errors, warnings = faults()
    except OperationalError as fault:
        print(f"warning: the database does not answer, its checks are left out: {fault}", file=sys.stderr)
        errors, warnings = faults(databases=False)
    for message in [*errors, *warnings]:
        print(f"{'error' if message in errors else 'warning'}: {message}", file=sys.stderr)
    if not quiet and not errors:
        print(f"checks: no error, {len(warnings)} warnings")
    return 1 if errors else 0
