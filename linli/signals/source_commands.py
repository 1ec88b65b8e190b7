"""`linli signals source …`: who may send events over HTTP."""

from __future__ import annotations

import argparse
import json
import sys

from django.utils.translation import gettext as _


def add_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `source add|rotate|close|open|send|list` to the group `signals`."""
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
    adding.add_argument("--short-name", default="", help="what it is called in topics and addresses")
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
    sending = deeds.add_parser("send", help="send one event as this source, to try the entrance")
    sending.add_argument("uri")
    sending.add_argument("kind", help="e.g. alarm.water_level")
    sending.add_argument("subject", help="the asset's number")
    sending.add_argument("--data", default="{}", help="the kind's values as a JSON object")
    sending.add_argument("--id", default="", help="the event's own number; made when not given")
    sending.add_argument("--to", default="", help="address of the house; this installation's own when not given")
    sending.set_defaults(run=_send)
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
        short_name=arguments.short_name,
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


def _send(arguments: argparse.Namespace) -> int:
    """Print the answer; 1 when the event was refused, or nobody answers."""
    from django.conf import settings

    from linli.signals.gateways.http import sender, sources

    address = arguments.to or f"http://{settings.HOST}:{settings.PORT}/in/v1/events"
    try:
        data = json.loads(arguments.data)
        event = sender.event(arguments.uri, arguments.kind, arguments.subject, data, id=arguments.id)
        said = sender.send(address, sources.newest_secret(arguments.uri), event)
    except (ValueError, TypeError) as fault:
        print(_("--data is no JSON object: {fault}").format(fault=fault), file=sys.stderr)
        return 2
    except OSError as fault:
        print(_("Nobody answers at {address}: {fault}").format(address=address, fault=fault), file=sys.stderr)
        return 1
    print(said.status, json.dumps(said.body, ensure_ascii=False))
    return 0 if said.status < 300 else 1


def _list(arguments: argparse.Namespace) -> int:
    from linli.signals.models import EventSource

    for source in EventSource.objects.all():
        seen = source.last_seen_at.isoformat(timespec="seconds") if source.last_seen_at else "-"
        refused = f"{source.last_refusal} {source.last_refused_at:%FT%TZ}" if source.last_refused_at else "-"
        print(f"{'open' if source.active else 'closed':<6}  {source.uri}  {source.area_path}  {seen}  {refused}")
    return 0
