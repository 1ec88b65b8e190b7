"""What a transaction may see: row-level security reads `linli.areas`, `linli.bodies` and `linli.post`.

The settings are local to the transaction; without them the database shows zero rows of protected tables.
Rules, timers and gateways set them as the post `system`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

NAMES = ("linli.areas", "linli.bodies", "linli.post")


@contextmanager
def seeing(
    areas: Iterable[str], bodies: Iterable[object] = (), post: str = "", using: str = "default"
) -> Iterator[None]:
    """Open a transaction (or savepoint) in which rows under `areas` or of `bodies` are visible."""
    values = (
        "{" + ",".join(str(area) for area in areas) + "}",
        "{" + ",".join(str(body) for body in bodies) + "}",
        post,
    )
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('linli.areas', true), current_setting('linli.bodies', true),"
            " current_setting('linli.post', true)"
        )
        before = [value or "" for value in cursor.fetchone()]
        _set(cursor, values)
        yield
        # A block that is to be rolled back takes its settings along; nothing can be asked in it any more.
        if not connections[using].needs_rollback:
            _set(cursor, before)


@contextmanager
def system(using: str = "default") -> Iterator[None]:
    """As the house itself (rules, timers, gateways, loaders): every area."""
    with seeing((), (), "system", using=using):
        yield


def _set(cursor: Any, values: Iterable[str]) -> None:
    cursor.execute(
        "SELECT set_config('linli.areas', %s, true), set_config('linli.bodies', %s, true),"
        " set_config('linli.post', %s, true)",
        list(values),
    )
