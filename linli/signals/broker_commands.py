"""`linli signals broker …`: the MQTT brokers the house listens to."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _

PASSWORD_VARIABLE = "LINLI_BROKER_PASSWORD"


def add_commands(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `broker add|subscribe|unsubscribe|close|open|list|acl` to the group `signals`."""
    deeds = actions.add_parser("broker", help="MQTT brokers to listen to").add_subparsers(dest="deed", required=True)
    _add_parser(deeds)
    for deed, run, about in (
        ("subscribe", _subscribe, "take what comes under a topic filter as messages of a source"),
        ("unsubscribe", _unsubscribe, "take nothing more under a topic filter"),
    ):
        parser = deeds.add_parser(deed, help=about)
        parser.add_argument("key")
        parser.add_argument("filter", help="e.g. application/3/device/+/event/up")
        if deed == "subscribe":
            parser.add_argument("source", help="URI of the source, e.g. /chizhou/smoke/platform")
        parser.set_defaults(run=run)
    for deed, active in (("close", False), ("open", True)):
        parser = deeds.add_parser(deed, help="listen again" if active else "listen no more")
        parser.add_argument("key")
        parser.set_defaults(run=_set_active, active=active)
    deeds.add_parser("list", help="all of them, and how the connections stand").set_defaults(run=_list)
    deeds.add_parser("acl", help="an access list for mosquitto: each source publishes under its own name").set_defaults(
        run=_acl
    )


def _add_parser(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    adding = deeds.add_parser("add", help="register a broker")
    adding.add_argument("key", help="a short name, e.g. city")
    adding.add_argument("host")
    adding.add_argument("--port", type=int, default=0, help="8883 with TLS, 1883 without")
    adding.add_argument("--name", default="")
    adding.add_argument("--v3", action="store_true", help="MQTT 3.1.1 instead of 5")
    adding.add_argument("--plain", action="store_true", help="without TLS")
    adding.add_argument("--ca", type=Path, help="file with the certificate of the authority (PEM)")
    adding.add_argument("--certificate", type=Path, help="file with our certificate (PEM)")
    adding.add_argument("--certificate-key", type=Path, help="file with its key (PEM)")
    adding.add_argument("--username", default="", help=f"the password is asked for, or taken from {PASSWORD_VARIABLE}")
    adding.add_argument("--client-id", default="")
    adding.add_argument("--only-foreign", action="store_true", help="it does not carry the house's own topics linli/v1")
    adding.add_argument(
        "--proves-sender", action="store_true", help="its access list lets each source publish under its own name only"
    )
    adding.set_defaults(run=_add)


def _add(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.mqtt import brokers

    password = ""
    if arguments.username:
        password = os.environ.get(PASSWORD_VARIABLE) or getpass.getpass()
    try:
        ca, certificate, key = (
            path.read_text() if path else ""
            for path in (arguments.ca, arguments.certificate, arguments.certificate_key)
        )
    except (OSError, UnicodeDecodeError) as fault:
        print(fault, file=sys.stderr)
        return 2
    broker = brokers.add(
        arguments.key, host=arguments.host, port=arguments.port, name=arguments.name,
        version=3 if arguments.v3 else 5, tls=not arguments.plain, ca=ca, certificate=certificate, certificate_key=key,
        username=arguments.username, password=password, client_id=arguments.client_id,
        native=not arguments.only_foreign, proves_sender=arguments.proves_sender,
    )  # fmt: skip
    print(_("{key} is listened to within seconds while the house runs.").format(key=broker.key))
    return 0


def _subscribe(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.mqtt import brokers
    from linli.signals.models import EventSource

    source = EventSource.objects.filter(uri=arguments.source).first()
    if source is None:
        print(_("No source is called {uri}: linli signals source add").format(uri=arguments.source), file=sys.stderr)
        return 1
    brokers.subscribe(brokers.get(arguments.key), arguments.filter, source)
    return 0


def _unsubscribe(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.mqtt import brokers

    brokers.unsubscribe(brokers.get(arguments.key), arguments.filter)
    return 0


def _set_active(arguments: argparse.Namespace) -> int:
    from linli.signals.gateways.mqtt import brokers

    brokers.set_active(arguments.key, arguments.active)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.signals.models import Broker

    for row in Broker.objects.prefetch_related("subscriptions__source"):
        state = "closed" if not row.active else "connected" if row.connected_since else row.fault or "not connected"
        print(f"{row.key}  {row.host}:{row.port}  {'5' if row.version == 5 else '3.1.1'}  {state}")
        for subscription in row.subscriptions.all():
            print(f"    {subscription.filter}  {subscription.source.uri}")
    return 0


def _acl(arguments: argparse.Namespace) -> int:
    """For `acl_file` of mosquitto; user name = short name of the source."""
    from linli.signals.models import EventSource

    print("user linli\ntopic read linli/v1/+/e/+\ntopic read linli/v1/+/s\ntopic write linli/v1/+/a/+\n")
    for name in EventSource.objects.filter(active=True).values_list("short_name", flat=True):
        print(f"user {name}\ntopic write linli/v1/{name}/e/+\ntopic write linli/v1/{name}/s\n"
              f"topic read linli/v1/{name}/a/+\n")  # fmt: skip
    return 0
