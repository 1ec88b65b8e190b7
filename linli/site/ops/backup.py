"""`linli ops backup`: the database in one snapshot, the files of the data folder, and by choice the keys.

The house goes on working. What is kept is as it was at the moment of the snapshot: a file is on the disk before its
row is committed, so every row's file is there too. A backup appears under its name only when it is whole.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tqdm import tqdm

from linli.base import clock
from linli.site.ops import manifest, server
from linli.site.ops.manifest import Manifest
from linli.site.ops.refusals import NothingToKeep

LEFT_OUT = frozenset(
    {
        "postgres",
        "postgres.lock",
        "secrets.json",
        "test",
        "upgrade.json",
        "upgrade.draft",
        "metrics",
        "house.log",
        "template.lock",
    }
)
"""Of the data folder: the server's own files, the keys (a choice of their own), what is made anew."""


def backup(var: Path, secrets: dict[str, str], target: Path, *, with_secrets: bool) -> tuple[Path, Manifest]:
    """Make a backup in a new folder under `target`; that folder and what it holds.

    Raises DatabaseAway, NothingToKeep, ToolFailed; then no folder is left.
    """
    at = clock.now()
    folder = target / f"linli-{at:%Y%m%dT%H%M%S}Z"
    draft = folder.with_name(f".{folder.name}.unfinished")
    draft.mkdir(parents=True, mode=0o700)
    try:
        with server.at_work(var, secrets) as store:
            if "django_migrations" not in server.tables(store, store.database):
                raise NothingToKeep()
            with server.snapshot(store, store.database) as (connection, key):
                contents = server.contents(connection)
                version = connection.info.parameter_status("server_version") or ""
                words = ["--format=directory", "--jobs=2", f"--snapshot={key}", f"--file={draft / manifest.DATABASE}"]
                server.run(store, "pg_dump", *words, store.database, about="database", total=len(contents.tables))
        _keep_files(var, draft / manifest.FILES)
        if with_secrets:
            shutil.copyfile(var / "secrets.json", draft / manifest.SECRETS)
            (draft / manifest.SECRETS).chmod(0o600)
        marks = {name: manifest.mark(secret) for name, secret in secrets.items()}
        made = Manifest(at.isoformat(), version, contents, marks, manifest.checksums(draft))
        made.write(draft)
        manifest.settle(draft)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder, made


def kept_files(var: Path) -> list[Path]:
    """The files of the data folder that a backup holds."""
    return (
        [path for path in manifest.walk(var) if path.relative_to(var).parts[0] not in LEFT_OUT] if var.exists() else []
    )


def _keep_files(var: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    incoming = var / "files" / "incoming"
    for path in tqdm(kept_files(var), desc="files", unit="file", leave=False, disable=None):
        if path.parent == incoming:
            continue  # not taken in yet: it has no row, and its sender no answer
        place = target / path.relative_to(var)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
