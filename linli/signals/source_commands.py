"""`linli signals source …`: who may send events over HTTP."""

from __future__ import annotations

import argparse
import sys

from django.utils.translation import gettext as _


def add_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `source add|rotate|close|open|list` to the group `signals`."""
    deeds = actions.add_parser("source", help="who may send events over HTTP").add_subparsers(
        dest="deed", required=True
    )
    adding = deeds.add_parser("add", help="register a source; its secret is printed this once")
    adding.add_argument("uri", help="what its events call themselves, e.g. /chizhou/water/laohe")
    adding.add_argument("--name", default="")
    adding.add_argument("--area", required=True, help="path of the area it speaks for, e.g. 34.3417.341702")
    adding.add_argument("--kind", action="append", default=[], help="a kind or family it may report, e.g. measure.*")
    adding.add_argument("--type", action="append", default=[], help="an asset type it speaks for; none = any")
    adding.add_argument("--asset", default="", help="number of the asset that events without a subject are about")
    adding.add_argument("--origin", action="append", default=[], help="host that may ask by the web-hook handshake")
    adding.add_argument("--per-minute", type=int, default=600)
    adding.set_defaults(run=_add)
    for deed, run, about in (
        ("rotate", _rotate, "give it a new secret; the old one holds for seven days more"),
        ("close", _close, "take nothing from it any more"),
        ("open", _open, "take its events again"),
    ):
        parser = deeds.add_parser(deed, help=about)
        parser.add_argument("uri")
        parser.set_defaults(run=run)
    deeds.add_parser("list", help="all of them, with last sign of life and last refusal").set_defaults(run=_list)


def _add(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.http import sources

    source, secret = sources.add(
        arguments.uri,
        name=arguments.name,
        area_path=arguments.area,
        kinds=arguments.kind or sources.OF_DEVICES,
        asset_types=arguments.type,
        asset=arguments.asset,
        origins=arguments.origin,
        per_minute=arguments.per_minute,
    )
    return _show_secret(source.uri, secret)


def _show_secret(uri: str, secret: str) -> int:
    """The secret alone on standard output (for a pipe), the words beside it."""
    print(_("{uri} signs with this secret. It is not shown again.").format(uri=uri), file=sys.stderr)
    print(secret)
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.http import sources

    return _show_secret(arguments.uri, sources.rotate(arguments.uri))


def _close(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.http import sources

    sources.set_active(arguments.uri, False)
    return 0


def _open(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.http import sources

    sources.set_active(arguments.uri, True)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.signals.models import EventSource

    for source in EventSource.objects.all():
        seen = source.last_seen_at.isoformat(timespec="seconds") if source.last_seen_at else "-"
        refused = f"{source.last_refusal} {source.last_refused_at:%FT%TZ}" if source.last_refused_at else "-"
        print(f"{'open' if source.active else 'closed':<6}  {source.uri}  {source.area_path}  {seen}  {refused}")
    return 0
