"""`linli scoreboard …` and `linli programme …`: figures as of any day, programmes and their targets."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from linli.base import clock

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the groups `scoreboard` and `programme`."""
    scoreboard = groups.add_parser("scoreboard").add_subparsers(required=True)
    show = scoreboard.add_parser("show", help="one indicator as of a day, grouped, with its missing rows")
    show.add_argument("key", help="<pack>.<indicator>")
    show.add_argument("--group-by", default="county", help="an area level, government, or a slice of the indicator")
    show.add_argument("--within", default="", help="statistical code of an area; the city if left out")
    show.add_argument("--slice", action="append", default=[], metavar="NAME=VALUE", type=_pair)
    show.add_argument("--start", type=date.fromisoformat, help="first day of the period, for figures of one")
    show.add_argument("--list", choices=["missing", "unknown", "counted"], help="the rows instead of the figures")
    show.set_defaults(run=_show)
    scoreboard.add_parser("list", help="the installed indicators").set_defaults(run=_indicators)
    programme = groups.add_parser("programme").add_subparsers(required=True)
    checked = programme.add_parser("check", help="every fault of a programme file; exit 1 when one is an error")
    checked.add_argument("file", type=Path)
    checked.set_defaults(run=_check)
    board = programme.add_parser("show", help="every target of a programme as of a day")
    board.add_argument("id")
    board.set_defaults(run=_board)
    for command in (show, board):
        command.add_argument("--as-of", type=date.fromisoformat, default=None, help="a day; today if left out")
        command.add_argument("--format", choices=["table", "json", "csv"], default="table")


def _show(arguments: argparse.Namespace) -> int:
    from linli.scoreboard.asking import ask, ask_rows

    day = arguments.as_of or clock.local(clock.now()).date()
    asked = {"within": arguments.within, "slice": dict(arguments.slice), "start": arguments.start}
    if arguments.list:
        return _print(arguments.format, ask_rows(arguments.key, day, arguments.list, **asked))
    return _print(arguments.format, ask(arguments.key, day, arguments.group_by, **asked))


def _indicators(arguments: argparse.Namespace) -> int:
    from linli.scoreboard.registry import indicators

    for indicator in sorted(indicators, key=lambda each: each.key):
        print(f"{indicator.key}\t{indicator.shape}\t{indicator.label}\t{indicator.source}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from linli.areas.package import table
    from linli.scoreboard.checking import check
    from linli.scoreboard.loading import BadProgramme, load
    from linli.scoreboard.registry import indicators

    try:
        programme = load(arguments.file)
    except BadProgramme as refused:
        print(*refused.problems, sep="\n", file=sys.stderr)
        return 1
    installed = {indicator.key: indicator for indicator in indicators}
    codes = {row["path"].rpartition(".")[2] for row in table("chizhou-areas.csv")}
    problems = check(programme, installed, {*apps.app_configs, *(one.pack for one in indicators)}, codes)
    for problem in problems:
        print(problem, file=sys.stderr if problem.severity == "error" else sys.stdout)
    errors = sum(problem.severity == "error" for problem in problems)
    counts = f"{len(programme.targets)} targets, {len(programme.deliverables)} deliverables"
    print(f"{programme.id}: {counts}: {errors} errors, {len(problems) - errors} warnings")
    return 1 if errors else 0


def _board(arguments: argparse.Namespace) -> int:
    from linli.scoreboard.asking import ask_board

    day = arguments.as_of or clock.local(clock.now()).date()
    return _print(arguments.format, ask_board(arguments.id, day))


def _print(form: str, answer: Mapping[str, Any]) -> int:
    """Print an answer: all of it as JSON, or its `rows` as CSV or as an aligned table."""
    if form == "json":
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return 0
    rows = [*answer["rows"], *([answer["total"]] if "total" in answer else [])]
    names = list(rows[0]) if rows else []
    cells = [["" if row[name] is None else str(row[name]) for name in names] for row in rows]
    if form == "csv":
        target = io.StringIO()
        csv.writer(target).writerows([names, *cells])
        print(target.getvalue(), end="")
        return 0
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)] if rows else []
    for line in [names, *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    if not rows:
        print(_("no rows"))
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"«{text}» is not NAME=VALUE")
    return name, value
