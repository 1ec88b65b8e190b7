"""Make the released database and a registered panel for each account given: `python -m tests.kills.furnish A1 A2 …`."""

from __future__ import annotations

import sys

import django


def main(accounts: list[str]) -> None:
    """Migrate, then an asset and its line for each account."""
    django.setup()
    from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

    from linli.base import visibility
    from linli.registers.models import Asset
    from linli.signals.models import Line
    from linli.site import prepare

    prepare.migrate(quiet=True)
    place = {"area_path": "34.3417.341702", "lng": 117.49, "lat": 30.66, "in_use": DateRange(None, None)}
    with visibility.system():
        for account in accounts:
            asset = Asset.objects.create(
                number=f"AL-{account}", name=f"演示·系统 {account}", type="networked_alarms.system", **place
            )
            during = DateTimeTZRange(None, None)
            Line.objects.create(protocol="dc09", identity=account, asset=asset, during=during, interval_seconds=3600)


if __name__ == "__main__":
    main(sys.argv[1:])
