"""`linli packs new|list|show|draw|cost`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-commands of the packs."""
    verbs = groups.add_parser("packs", help="the domain packs").add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("new", help="write the skeleton of a new pack")
    new.add_argument("name", help="its key and folder: small letters, digits, _")
    new.add_argument("--zh", default="", help="its name in Chinese")
    new.add_argument("--word", default="", help="the word in its case numbers, such as 栓")
    new.add_argument("--into", type=Path, help="write it into this folder instead of linli/domains")
    new.set_defaults(run=_new)
    verbs.add_parser("list", help="installed packs, and what kept others out").set_defaults(run=_list)
    for verb, run, text in (
        ("show", _show, "print a pack's declaration"),
        ("draw", _draw, "its state charts in Mermaid"),
        ("cost", _cost, "its files, its lines, core files that name it (none may)"),
    ):
        parser = verbs.add_parser(verb, help=text)
        parser.add_argument("key")
        parser.set_defaults(run=run)


def _new(arguments: argparse.Namespace) -> int:
    from linli.packs.discovery import DOMAINS
    from linli.packs.skeleton import write

    for path in write(arguments.name, arguments.into or DOMAINS, zh=arguments.zh, word=arguments.word):
        print(path)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.packs.registry import failures, packs

    for pack in packs:
        parts = f"{len(pack.kinds)} kinds, {len(pack.rules)} rules, {len(pack.indicators)} indicators"
        print(f"{pack.key:<24} {pack.label}: {parts}")
    for failure in failures.all():
        print(f"{failure.key:<24} not installed: {failure.what}", file=sys.stderr)
    return 1 if failures.all() else 0


def _show(arguments: argparse.Namespace) -> int:
    from linli.packs.finding import pack_of
    from linli.packs.showing import declaration

    print("\n".join(declaration(pack_of(arguments.key))))
    return 0


def _draw(arguments: argparse.Namespace) -> int:
    from linli.packs.drawing import draw
    from linli.packs.finding import pack_of

    print(draw(pack_of(arguments.key)), end="")
    return 0


def _cost(arguments: argparse.Namespace) -> int:
    from linli.packs.finding import folder_of, pack_of
    from linli.packs.showing import cost

    pack = pack_of(arguments.key)
    counted = cost(pack.key, folder_of(pack))
    print(f"{counted.files} files, {counted.lines} lines, {counted.test_lines} lines of tests")
    for path in counted.core:
        print(f"names it: {path}", file=sys.stderr)
    return 1 if counted.core else 0
