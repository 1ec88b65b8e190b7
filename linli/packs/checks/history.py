"""W101, E102: cases in the database that the installed packs no longer explain."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count

from linli.base import visibility
from linli.cases.models import Case
from linli.cases.registry import kinds
from linli.packs.checks.finding import Finding, error, warning


def cases_without_pack() -> Iterator[Finding]:
    """W101: cases of a kind that no installed pack declares."""
    if not _migrated():
        return
    with visibility.system():
        rows = Case.objects.order_by("kind").values_list("kind").annotate(n=Count("pk"))
        for key, number in rows:
            if key not in kinds:
                what = f"{number} cases are of kind «{key}», whose pack is not installed"
                yield warning("packs.W101", what, "They are shown read-only. To work on them, put the pack back.")


def cases_in_unknown_states() -> Iterator[Finding]:
    """E102: open cases in a state that the workflow no longer has and that was not renamed."""
    if not _migrated():
        return
    with visibility.system():
        rows = Case.objects.filter(closed_at__isnull=True).order_by("kind", "state")
        for key, state, number in rows.values_list("kind", "state").annotate(n=Count("pk")):
            kind = kinds.get(key)
            if kind is None or state in kind.workflow.renamed:
                continue
            known = {item.key for item in kind.workflow.states}
            if state not in known:
                hint = f'renamed={{"{state}": "{min(known)}"}} in the Workflow says what it is called now.'
                yield error("packs.E102", f"{number} open cases of «{key}» are in the state «{state}»", hint, key)


def _migrated() -> bool:
    return Case._meta.db_table in connection.introspection.table_names()
