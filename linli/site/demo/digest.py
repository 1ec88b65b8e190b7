"""A digest of the demo city that is the same on every machine."""

from __future__ import annotations

import hashlib

from django.apps import apps
from django.db import connection, models

from linli.base import visibility
from linli.packs.registry import packs

# Columns that say when or with which secret, not what.
VOLATILE = (
    "password",
    "last_login",
    "last_seen",
    "due_late_at",
    "sealed_key",
    "recent",
    "last_log_id",
    "workflow_id",
    "digest",
    "since",
    "stored_at",
)
ROOMS = ("accounts", "registers", "signals", "cases", "response")
LEFT_OUT = (
    "signals_log",
    "signals_seen",
    "signals_change",
    "accounts_apitoken",
    "cases_workflowversion",
    "registers_importrun",
    "registers_importrow",
)


def tables() -> list[type[models.Model]]:
    """The tables of the registers, the cases and the packs, by name."""
    labels = {*ROOMS, *(pack.key for pack in packs)}
    found = [model for model in apps.get_models() if model._meta.app_label in labels]
    return sorted((model for model in found if model._meta.db_table not in LEFT_OUT), key=lambda m: m._meta.db_table)


def digest() -> str:
    """SHA-256 over the rows of every demo table, sorted, without what differs between installations."""
    lines = "".join(f"{table} {found}\n" for table, found in by_table().items())
    return hashlib.sha256(lines.encode()).hexdigest()


def by_table() -> dict[str, str]:
    """The digest of each table: where two cities differ."""
    found = {}
    with visibility.system(), connection.cursor() as cursor:
        for model in tables():
            table = model._meta.db_table
            if _readable(cursor, table):
                cursor.execute(
                    f"SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''),"
                    f" 'UTF8')), 'hex') FROM (SELECT (jsonb_strip_nulls(to_jsonb(t)) - %s::text[])::text AS line"
                    f" FROM {table} t) rows",
                    [[*VOLATILE, *_numbered(model)]],
                )
                found[table] = cursor.fetchone()[0]
    return found


def _numbered(model: type[models.Model]) -> list[str]:
    """The key of rows that the database numbers: it depends on what was there before."""
    pk = model._meta.pk
    return [pk.column] if isinstance(pk, models.AutoField) and pk.column else []


def _readable(cursor: object, table: str) -> bool:
    cursor.execute("SELECT has_table_privilege(current_user, %s, 'SELECT')", [table])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]
