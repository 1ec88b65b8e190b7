"""What a transaction may see: row-level security reads `linli.areas`, `linli.bodies` and `linli.post`.

The settings are local to the transaction; without them the database shows zero rows of protected tables.
Rules, timers and gateways set them as the post `system`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

NAMES = ("linli.areas", "linli.bodies", "linli.post")
# The settings as they were, and in the same statement as they are from now on.
_EXCHANGE = (
    "WITH before AS MATERIALIZED (SELECT current_setting('linli.areas', true) AS areas,"
    " current_setting('linli.bodies', true) AS bodies, current_setting('linli.post', true) AS post)"
    " SELECT before.*, set_config('linli.areas', %s, true), set_config('linli.bodies', %s, true),"
    " set_config('linli.post', %s, true) FROM before"
)


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
    inside = connections[using].in_atomic_block
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_EXCHANGE, values)
        before = [value or "" for value in cursor.fetchone()[:3]]
        yield
        # The settings end with the transaction. A block that is to be rolled back takes them along, too; nothing can
        # be asked in it any more.
        if inside and not connections[using].needs_rollback:
            cursor.execute(_EXCHANGE, before)


@contextmanager
def system(using: str = "default") -> Iterator[None]:
    """As the house itself (rules, timers, gateways, loaders): every area."""
    with seeing((), (), "system", using=using):
        yield
