"""`linli calendar …`: the working calendar."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils.translation import gettext as _


def add_commands(groups: argparse._SubParsersAction) -> None:
    """Hang the group `calendar` and its sub-commands on the parser."""
    commands = groups.add_parser("calendar").add_subparsers(required=True)
    importing = commands.add_parser("import", help="take in a year in the JSON form of holiday-cn")
    importing.add_argument("file", type=Path)
    importing.set_defaults(run=_import)
    commands.add_parser("list", help="the years that are known, with their papers").set_defaults(run=_list)


def _import(arguments: argparse.Namespace) -> int:
    from linli.base.calendar_store import import_calendar

    change = import_calendar(arguments.file)
    text = _("{year}: {off} days off, {worked} make-up working days; {changed} days differ from before.")
    print(text.format(year=change.year, off=change.off, worked=change.worked, changed=len(change.changed)))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.base.models import CalendarPaper

    for paper in CalendarPaper.objects.all():
        print(f"{paper.year}  {paper.digest}  {paper.paper}")
    return 0
