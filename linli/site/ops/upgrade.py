"""`linli ops upgrade`: a backup first, then every migration, then a comparison with what was there before.

Each migration is one transaction that records itself, so a killed upgrade is run again and goes on where it was; the
backup, made before the first step, is remembered in `upgrade.json` and not made a second time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from linli.site import postgres, prepare
from linli.site.ops import server
from linli.site.ops.backup import backup
from linli.site.ops.refusals import HouseOpen, LedgerChanged, NewerHouse
from linli.site.ops.server import Contents

PATIENCE = 5.0
_OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()
AND usename IN ('linli_app', 'linli_gate', 'linli_owner')
"""


def upgrade(var: Path, secrets: dict[str, str], target: Path, say: Callable[[str], None]) -> list[str]:
    """Bring the closed house of `var` to the state of this version; the tables that hold fewer rows than before.

    The backup goes under `target`, without keys: they stay where they are. Raises DatabaseAway, HouseOpen, NewerHouse,
    NothingToKeep, ToolFailed; LedgerChanged at the end, when the backup is what counts.
    """
    with server.at_work(var, secrets) as store:
        _refuse_open(store)
        steps = pending()
        note = var / "upgrade.json"
        if not steps and not note.exists():
            say("nothing to do: the house is in the state of this version")
            return []
        if not note.exists():
            _keep(var, secrets, target, note)
        before = json.loads(note.read_text())
        say(f"backup: {before['backup']}")
        say(f"{len(steps)} steps: {' '.join(steps)}")
        prepare.migrate()
        connections.close_all()
        with server.snapshot(store, store.database) as (connection, _key):
            after = server.contents(connection)
        fewer = _compare(Contents(**before["contents"]), after, before["backup"])
        note.unlink()
    return fewer


def pending() -> list[str]:
    """The migrations that wait, in order. NewerHouse when some are applied that this version does not know."""
    executor = MigrationExecutor(connections["owner"])
    known, applied = executor.loader.disk_migrations.keys(), executor.loader.applied_migrations.keys()
    ours = {app for app, _name in known}
    strange = sorted(f"{app}.{name}" for app, name in applied - known if app in ours)
    if strange:
        raise NewerHouse(names=", ".join(strange[:3]))
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _backwards in plan]


def _refuse_open(store: postgres.Server) -> None:
    """HouseOpen while other programs are connected; one that was killed a moment ago is waited for."""
    deadline = time.monotonic() + PATIENCE
    with store.connect() as connection:
        while connection.execute(_OTHERS, [store.database]).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise HouseOpen()
            time.sleep(0.2)


def _keep(var: Path, secrets: dict[str, str], target: Path, note: Path) -> None:
    folder, made = backup(var, secrets, target, with_secrets=False)
    draft = note.with_suffix(".draft")
    draft.write_text(json.dumps({"backup": str(folder), "contents": asdict(made.contents)}))
    draft.replace(note)


def _compare(before: Contents, after: Contents, folder: str) -> list[str]:
    if after.root != before.root or after.faults != before.faults:
        raise LedgerChanged(backup=folder)
    counts = before.tables
    return [
        f"{table}: {count} before, {after.tables.get(table, 0)} now"
        for table, count in counts.items()
        if after.tables.get(table, 0) < count
    ]
