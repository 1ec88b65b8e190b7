"""`linli ops restore`: a backup into an empty house, proved equal before it takes its place.

The database is filled under another name, counted and verified there, and renamed as the last step; so a restore that
was killed has left the house empty and is simply run again.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from psycopg import sql
from tqdm import tqdm

from linli.site import postgres
from linli.site.ops import manifest, server
from linli.site.ops.backup import kept_files
from linli.site.ops.manifest import Manifest
from linli.site.ops.refusals import HouseFull, NotTheSame, OtherSecrets, SecretsMissing
from linli.site.ops.server import Contents


def restore(var: Path, folder: Path, secrets_file: Path | None = None) -> Manifest:
    """Fill the empty house of `var` from the backup in `folder`; what it holds now.

    Raises NoBackup, BackupOfTheFuture, BackupDamaged, SecretsMissing, OtherSecrets, HouseFull, ToolFailed, NotTheSame.
    """
    kept = manifest.read(folder)
    given = _secrets(folder, kept, secrets_file)
    _refuse_files(var, kept)
    secrets = _put_secrets(var, given)
    with server.at_work(var, secrets) as store:
        if server.tables(store, store.database):
            raise HouseFull(place=store.database)
        postgres.prepare(store, secrets)
        aside = f"{store.database}_restoring"
        _fill(store, aside, folder, kept)
        _compare(store, aside, kept.contents)
        _put_files(folder / manifest.FILES, var)
        _take_place(store, aside)
    return kept


def _secrets(folder: Path, kept: Manifest, file: Path | None) -> dict[str, str]:
    """The keys of the house that was kept. SecretsMissing, OtherSecrets."""
    inside = folder / manifest.SECRETS
    source = file or (inside if inside.exists() else None)
    if source is None:
        raise SecretsMissing()
    given: dict[str, str] = json.loads(source.read_text())
    wrong = [name for name, mark in kept.marks.items() if manifest.mark(given.get(name, "")) != mark]
    if wrong:
        raise OtherSecrets(file=source, names=", ".join(sorted(wrong)))
    return given


def _refuse_files(var: Path, kept: Manifest) -> None:
    """HouseFull unless the data folder holds no file, or only those that a killed restore of this backup put there."""
    for path in kept_files(var):
        place = path.relative_to(var).as_posix()
        if f"{manifest.FILES}/{place}" not in kept.checksums:
            raise HouseFull(place=path)


def _put_secrets(var: Path, given: dict[str, str]) -> dict[str, str]:
    """The house's keys as they were; only the administrator's password of a server that is there already stays."""
    path = var / "secrets.json"
    if (var / "postgres" / "PG_VERSION").exists() and path.exists():
        own = json.loads(path.read_text())
        with server.at_work(var, own) as store:
            if server.tables(store, store.database):
                raise HouseFull(place=store.database)
        given = given | {"postgres": own["postgres"]}
    var.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".restoring")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(given, file, indent=1)
    draft.replace(path)
    return given


def _fill(store: postgres.Server, name: str, folder: Path, kept: Manifest) -> None:
    with store.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        postgres.create_database(connection, name)
    postgres.prepare_database(store, name)
    words = [f"--dbname={name}", "--exit-on-error", "--jobs=2", str(folder / manifest.DATABASE)]
    server.run(store, "pg_restore", *words, about="database", total=len(kept.contents.tables))
    with store.connect(name) as connection:
        connection.execute("ANALYZE")


def _compare(store: postgres.Server, name: str, kept: Contents) -> None:
    with server.snapshot(store, name) as (connection, _key):
        found = server.contents(connection)
    differences = list(differ(kept, found))
    if differences:
        raise NotTheSame(differences="; ".join(differences[:10]))


def differ(kept: Contents, found: Contents) -> list[str]:
    """What is not the same, a line each."""
    names = sorted(kept.tables.keys() | found.tables.keys())
    lines = [
        f"{name}: {kept.tables.get(name, '-')} / {found.tables.get(name, '-')}"
        for name in names
        if kept.tables.get(name) != found.tables.get(name)
    ]
    if kept.root != found.root:
        lines.append(f"ledger root: {kept.root} / {found.root}")
    return lines + [f"ledger {fault}" for fault in found.faults if fault not in kept.faults]


def _put_files(source: Path, var: Path) -> None:
    for path in tqdm(list(manifest.walk(source)), desc="files", unit="file", leave=False, disable=None):
        place = var / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    for top in source.iterdir() if source.exists() else ():
        if top.is_dir():
            manifest.settle(var / top.name)


def _take_place(store: postgres.Server, aside: str) -> None:
    """The filled database gets the name of the empty one."""
    with store.connect() as connection:
        name = sql.Identifier(store.database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(aside), name))
