"""`linli ops …`: backup, restore, upgrade, check."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli ops backup | restore | upgrade | check`."""
    group = groups.add_parser("ops").add_subparsers(dest="command", required=True)
    backup = group.add_parser("backup", help="keep database, files and, by choice, the keys in a new folder")
    backup.add_argument("target", type=Path, help="the folder in which the new folder is made; not inside the data")
    choice = backup.add_mutually_exclusive_group(required=True)
    choice.add_argument("--with-keys", dest="keys", action="store_true", help="whoever has the backup can read it all")
    choice.add_argument("--without-keys", dest="keys", action="store_false", help="keep secrets.json somewhere else")
    backup.set_defaults(run=_backup)
    restore = group.add_parser("restore", help="a backup into an empty house; compares everything")
    restore.add_argument("backup", type=Path, help="the folder that `linli ops backup` printed")
    restore.add_argument("--secrets", type=Path, help="the file of the keys, when the backup holds none")
    restore.set_defaults(run=_restore)
    upgrade = group.add_parser("upgrade", help="a backup, then every migration; run it again when it was interrupted")
    upgrade.add_argument("target", type=Path, help="the folder in which the backup's folder is made (without keys)")
    upgrade.set_defaults(run=_upgrade)
    check = group.add_parser("check", help="database, disk, clock, ledger, queues, gateways; 1 when one is not well")
    check.add_argument("--json", action="store_true", help="one object a line")
    check.set_defaults(run=_check)


def _set_up() -> None:
    import django

    from linli.site.messages import compile_messages

    compile_messages()
    django.setup()


def _backup(arguments: argparse.Namespace) -> int:
    _set_up()
    from django.conf import settings

    from linli.site.ops.backup import backup

    folder, made = backup(settings.VAR, settings.SECRETS, arguments.target.resolve(), with_secrets=arguments.keys)
    print(folder)
    print(_summary(made))
    if not arguments.keys:
        print(f"The keys are not in it. Keep a copy of {settings.VAR / 'secrets.json'} in a safe place of its own.")
    for fault in made.contents.faults:
        print(f"The ledger has a fault, kept as it is: {fault}")
    return 1 if made.contents.faults else 0


def _restore(arguments: argparse.Namespace) -> int:
    """The settings make keys where there are none, so they are read only when those of the backup are in place."""
    from linli.base.refusal import Refusal
    from linli.site.folders import VAR
    from linli.site.ops.restore import restore

    try:
        kept = restore(VAR, arguments.backup.resolve(), arguments.secrets)
    except Refusal:
        _set_up()  # for its sentence
        raise
    _set_up()
    print(f"restored into {VAR}, compared with the backup: the same")
    print(_summary(kept))
    print(_next_step(kept.contents.migrations))
    return 0


def _upgrade(arguments: argparse.Namespace) -> int:
    _set_up()
    from django.conf import settings

    from linli.site.ops.upgrade import upgrade

    fewer = upgrade(settings.VAR, settings.SECRETS, arguments.target.resolve(), lambda text: print(text, flush=True))
    for line in fewer:
        print(f"fewer rows than before: {line}")
    print("the house is in the state of this version, its ledger as before")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    _set_up()
    import json

    from django.conf import settings

    from linli.site.ops.findings import findings

    found = findings(settings.VAR, settings.SECRETS)
    for finding in found:
        if arguments.json:
            print(json.dumps({"part": finding.part, "well": finding.well, "text": finding.text}, ensure_ascii=False))
        else:
            print(f"{'ok   ' if finding.well else 'FAULT'} {finding.part:<22} {finding.text}")
    return 0 if all(finding.well for finding in found) else 1


def _summary(made: object) -> str:
    from linli.site.ops.manifest import FILES, Manifest

    assert isinstance(made, Manifest)
    inside, files = made.contents, [path for path in made.checksums if path.startswith(f"{FILES}/")]
    return (
        f"{sum(inside.tables.values())} rows in {len(inside.tables)} tables, {len(files)} files,"
        f" ledger of {inside.lines} lines, root {inside.root}"
    )


def _next_step(applied: list[str]) -> str:
    from django.db.migrations.loader import MigrationLoader

    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if set(applied) - ours:
        return "It was kept by a newer Linli: install that version before you open it."
    if ours - set(applied):
        return "It was kept by an older Linli: `linli ops upgrade` brings it forward."
    return "Open it: make run"
