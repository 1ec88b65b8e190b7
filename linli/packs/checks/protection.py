"""E041: the detail rows of a case are seen when the case is, and the database itself says so."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from linli.packs.checks.finding import Finding, error
from linli.packs.registry import packs


def unprotected_details() -> Iterator[Finding]:
    """A detail table without forced row-level security, among those that are migrated."""
    tables = {kind.detail._meta.db_table: (pack.key, kind.key) for pack in packs for kind in pack.kinds}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)"
            " AND NOT (relrowsecurity AND relforcerowsecurity)",
            [list(tables)],
        )
        bare = sorted(row[0] for row in cursor.fetchall())
    for table in bare:
        pack, kind = tables[table]
        yield error(
            "packs.E041",
            f"{kind}: everybody who reads the table {table} sees every row",
            f'Add to the migration: protect_like_case("{table}")',
            pack,
        )
