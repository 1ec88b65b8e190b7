"""`linli registers …`: try, write and undo an import; write a template."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import UUID


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli registers import | undo | template`."""
    group = groups.add_parser("registers").add_subparsers(dest="command", required=True)
    take = group.add_parser("import", help="try a table; with --write take its good rows in")
    take.add_argument("spec", help="registers.organisations, registers.premises, registers.assets, or a pack's")
    take.add_argument("file", type=Path)
    take.add_argument("--as", dest="user", required=True, help="user name of the one who answers for it")
    take.add_argument("--write", action="store_true")
    take.set_defaults(run=_import)
    undo = group.add_parser("undo", help="take an import back as one act")
    undo.add_argument("run_id", type=UUID)
    undo.add_argument("--as", dest="user", required=True)
    undo.set_defaults(run=_undo)
    template = group.add_parser("template", help="write the empty table of an import")
    template.add_argument("spec")
    template.add_argument("file", type=Path)
    template.set_defaults(run=_template)


def _import(arguments: argparse.Namespace) -> int:
    from linli.accounts.duty import actor_of_user
    from linli.registers.imports.running import spec_named, try_file, write

    actor, file = actor_of_user(arguments.user), arguments.file
    run = try_file(spec_named(arguments.spec), file.read_bytes(), file.name, actor)
    for row in run.rows.filter(outcome="wrong").order_by("line"):
        for fault in row.errors:
            print(f"{fault['column']}{row.line} {fault['heading']}: {fault['sentence']}")
    if arguments.write:
        run = write(run, actor)
    print(f"{run.pk} {run.state}: " + ", ".join(f"{count} {outcome}" for outcome, count in run.counts.items()))
    return 0


def _undo(arguments: argparse.Namespace) -> int:
    from linli.accounts.duty import actor_of_user
    from linli.base.refusal import NotFound
    from linli.registers.imports.undoing import undo
    from linli.registers.models import ImportRun

    run = ImportRun.objects.filter(pk=arguments.run_id).first()
    if run is None:
        raise NotFound()
    undo(run, actor_of_user(arguments.user))
    return 0


def _template(arguments: argparse.Namespace) -> int:
    from linli.registers.imports.files import template
    from linli.registers.imports.running import spec_named

    arguments.file.write_bytes(template(spec_named(arguments.spec)))
    return 0
