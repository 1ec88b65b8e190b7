"""`linli warnings`: whose warnings are taken, and the register made anew from the log."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli warnings …`."""
    actions = groups.add_parser("warnings", help="public warnings").add_subparsers(dest="action", required=True)
    deeds = actions.add_parser("source", help="whose warnings are taken").add_subparsers(dest="deed", required=True)
    adding = deeds.add_parser("add", help="register a sender")
    adding.add_argument("sender", help="as its alerts say, or the 14 digits of the national dialect")
    adding.add_argument("--name", default="")
    adding.add_argument("--area", required=True, help="path of the area it is for, e.g. 34.3417")
    adding.add_argument("--certificate", type=Path, help="PEM of its certificate, or of its issuer's")
    adding.add_argument("--unsigned", action="store_true", help="what comes by its own feed or line need not be signed")
    adding.add_argument("--feed", default="", help="address of its Atom or RSS feed")
    adding.add_argument("--host", action="append", default=[], help="another host from which its alerts are fetched")
    adding.add_argument("--every", type=int, default=60, help="seconds between two readings of the feed")
    adding.set_defaults(run=_add)
    for deed, active, about in (("close", False, "take nothing from it any more"), ("open", True, "take it again")):
        parser = deeds.add_parser(deed, help=about)
        parser.add_argument("sender")
        parser.set_defaults(run=_set_active, active=active)
    deeds.add_parser("list", help="all of them").set_defaults(run=_list)
    actions.add_parser("rebuild", help="make the register anew from the log").set_defaults(run=_rebuild)


def _add(arguments: argparse.Namespace) -> int:
    from linli.base import visibility
    from linli.signals.gateways.cap import sources

    with visibility.system():
        source = sources.add(
            arguments.sender, name=arguments.name, area_path=arguments.area,
            certificates=arguments.certificate.read_text() if arguments.certificate else "",
            accepts_unsigned=arguments.unsigned, feed_url=arguments.feed, hosts=arguments.host,
            interval_seconds=arguments.every,
        )  # fmt: skip
    print(source.sender)
    return 0


def _set_active(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.cap import sources

    sources.set_active(arguments.sender, arguments.active)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.signals.models import CapSource

    for row in CapSource.objects.all():
        proof = "unsigned" if row.accepts_unsigned else "signed"
        print(f"{row.sender}  {row.name}  {proof}  {row.feed_url or '-'}  {row.last_error or 'ok'}")
    return 0


def _rebuild(arguments: argparse.Namespace) -> int:
    from linli.warnings.following import rebuild

    print(f"{rebuild()} messages read")
    return 0
