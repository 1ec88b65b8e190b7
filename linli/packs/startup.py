"""The start-up checks of the packs: Django system checks under the tag `packs`, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core import checks

from linli.access.checks import check as personal_data
from linli.access.checks import unprotected_tables
from linli.packs.checks import fields, history, independence, loading, programmes, protection, references, words
from linli.packs.checks.finding import Finding

DECLARED: tuple[Callable[[], Iterable[Finding]], ...] = (
    loading.failed,
    loading.full_package_files,
    fields.unknown_fields,
    fields.long_summaries,
    references.unknown_posts,
    references.unknown_keys,
    references.unknown_signals,
    references.loose_promises,
    independence.foreign_migrations,
    independence.foreign_relations,
    independence.foreign_names,
    words.untranslated,
    programmes.grey_rows,
    personal_data,
)
STORED: tuple[Callable[[], Iterable[Finding]], ...] = (
    protection.unprotected_details,
    unprotected_tables,
    history.cases_without_pack,
    history.cases_in_unknown_states,
)


def register() -> None:
    """Add them to Django's checks. Those that read the database run only when it is named."""
    checks.register(_declared, "packs")
    checks.register(_stored, "packs")


def _declared(app_configs: Any, **options: Any) -> list[Finding]:
    return [finding for check in DECLARED for finding in check()]


def _stored(app_configs: Any, databases: Sequence[str] | None = None, **options: Any) -> list[Finding]:
    if not databases or "default" not in databases:
        return []
    return [finding for check in STORED for finding in check()]
