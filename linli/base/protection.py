"""Migration operations that put row-level security on a table, said once for all rooms.

Forced, so that even the owner of the table is held by it. Three shapes: like a case (by place and bodies),
like its case (a detail, a timeline line: seen when the case is), and personal (the gate's role alone).
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

# Whoever looks is the system, or the row lies in one of his areas, or one of his bodies is concerned.
# The settings stand in sub-selects, so that the planner reads them once a query and not once a row.
_SYSTEM = "(SELECT current_setting('linli.post', true)) = 'system'"
_AREAS = "area_path <@ ANY((SELECT COALESCE(NULLIF(current_setting('linli.areas', true), ''), '{}'))::ltree[])"
_BODIES = "(SELECT COALESCE(NULLIF(current_setting('linli.bodies', true), ''), '{}'))::uuid[]"


def protect_by_place(table: str, bodies: str = "") -> RunSQL:
    """Rows of `table` (with `area_path`) are seen by area, or when the uuid[] column `bodies` meets the reader's."""
    rule = f"{_SYSTEM} OR {_AREAS}" + (f" OR {bodies} && {_BODIES}" if bodies else "")
    return _protect(table, rule)


def protect_like_case(table: str, column: str = "case_id") -> RunSQL:
    """Rows of `table` are seen when their case is (the policy of cases_case applies inside the EXISTS)."""
    return _protect(table, f"{_SYSTEM} OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {table}.{column})")


def protect_personal(table: str) -> RunSQL:
    """Only linli_gate reaches `table`: it reads rows of a subject for which its transaction has a ledger line, and
    writes them when that line is one of a contribution. The functions come with the first migration of access."""
    touch, write = f"access_may_touch({table}.subject_id)", f"access_may_write({table}.subject_id)"
    return RunSQL(
        [
            f"REVOKE ALL ON {table} FROM linli_app",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO linli_gate",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_read ON {table} FOR SELECT TO linli_gate USING ({touch})",
            f"CREATE POLICY {table}_add ON {table} FOR INSERT TO linli_gate WITH CHECK ({write})",
            f"CREATE POLICY {table}_change ON {table} FOR UPDATE TO linli_gate USING ({write}) WITH CHECK ({write})",
            f"CREATE POLICY {table}_remove ON {table} FOR DELETE TO linli_gate USING ({write})",
        ],
        [f"DROP POLICY {table}_{name} ON {table}" for name in ("read", "add", "change", "remove")],
    )


def append_only(table: str) -> RunSQL:
    """The application may add to `table` and read it; it can neither change nor remove a row."""
    return RunSQL([f"REVOKE UPDATE, DELETE ON {table} FROM linli_app"], RunSQL.noop)


def _protect(table: str, rule: str) -> RunSQL:
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_seen ON {table} USING ({rule}) WITH CHECK ({rule})",
        ],
        [f"DROP POLICY {table}_seen ON {table}", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"],
    )


def protect_if_seen(table: str, other: str, on: str) -> RunSQL:
    """Rows of `table` are seen when a row of `other` (a protected table) that meets the condition `on` is seen."""
    return _protect(table, f"{_SYSTEM} OR EXISTS (SELECT 1 FROM {other} WHERE {on})")
