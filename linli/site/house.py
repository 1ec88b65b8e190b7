"""`linli run`: from nothing to an open house, as one supervised group of processes."""

from __future__ import annotations

import os
import socket
import sys
import time
from functools import partial
from typing import Any

from linli.site import postgres
from linli.site.gateways import CLIENTS, GATEWAYS, Gateway, has_work
from linli.site.processes import Child, Group, Keeper

# A simulated city comes from one address; what the environment sets itself holds.
DEMO_BEARS = {
    name: os.environ.get(name, value)
    for name, value in (
        ("LINLI_GATEWAY_FRAMES_PER_SECOND", "100000"),
        ("LINLI_GATEWAY_CONNECTIONS", "20000"),
        ("LINLI_GATEWAY_CONNECTIONS_PER_ADDRESS", "20000"),
    )
}


def run(*, demo: bool, heart: bool, degraded: bool) -> int:
    """Start the database, migrate, load the demo city into an empty one, check, then serve until Ctrl-C."""
    from django.conf import settings

    began = time.monotonic()
    taken = taken_ports(settings.HOST, settings.PORT)
    if taken:
        print("\n".join(taken), file=sys.stderr)
        return 1
    embedded = not os.environ.get("DATABASE_URL")
    try:
        if embedded:
            say("database", "starting the embedded PostgreSQL 18")
            postgres.start(settings.VAR, settings.SECRETS)
        postgres.prepare(settings.SERVER, settings.SECRETS)
    except postgres.PostgresFault as fault:
        print(fault, file=sys.stderr)
        return 1
    try:
        if not _open_house(demo=demo and settings.DEMO, degraded=degraded):
            return 1
        children = _children(demo=settings.DEMO, heart=heart and demo and settings.DEMO)
        _serve(settings, Group(children, [_database(settings)] if embedded else []), began)
    finally:
        if embedded:
            postgres.stop(settings.VAR)
    say("stopped", "everything acknowledged is kept")
    return 0


def _serve(settings: Any, group: Group, began: float) -> None:
    """Keep the group at work until told to stop; whatever happens, no child is left behind."""
    group.start()
    try:
        if _wait_until_ready(settings.HOST, settings.PORT, group):
            _print_welcome(time.monotonic() - began)
        group.watch()
    finally:
        say("stopping", "web, gateways and worker")
        group.stop()


def taken_ports(host: str, port: int) -> list[str]:
    """One sentence for each port of ours that somebody else holds."""
    wanted = [("web", host, port, "LINLI_PORT", socket.SOCK_STREAM)]
    gateway_host = os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1")
    for gateway in GATEWAYS:
        for transport in gateway.transports:
            kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
            wanted.append(
                (f"{gateway.label} {transport.upper()}", gateway_host, gateway.listens_on(), gateway.variable, kind)
            )
    return [
        f"Port {number} ({name}) on {address} is taken. Stop what holds it, or choose another: "
        f"{variable}={number + 1} make run"
        for name, address, number, variable, kind in wanted
        if not _free(address, number, kind)
    ]


def say(step: str, text: str) -> None:
    """One line of progress."""
    print(f"  {step:<10} {text}", flush=True)


def _free(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _open_house(*, demo: bool, degraded: bool) -> bool:
    """Translations, migrations, demo city, checks. False when an error forbids the start."""
    import django

    from linli.site.messages import compile_messages

    compile_messages()
    django.setup()
    from linli.site import checks, prepare

    say("database", "bringing it to the released state")
    prepare.migrate(quiet=True)
    if demo:
        from linli.site.demo.load import load_once

        load_once()
    say("checks", "configuration, packs, workflows, purposes")
    if checks.report(quiet=True) and not degraded:
        print("The house does not open with these errors. Correct them, or start with --degraded.", file=sys.stderr)
        return False
    from django.db import connections

    connections.close_all()
    return True


def _database(settings: Any) -> Keeper:
    """The embedded server: it is no child (it outlives a killed supervisor), so it is watched."""
    return Keeper(
        "database",
        lambda: postgres.running(settings.VAR),
        lambda: postgres.start(settings.VAR, settings.SECRETS),
        postgres.PostgresFault,
    )


def _children(*, demo: bool, heart: bool) -> list[Child]:
    children = [Child("web", ["web"]), Child("worker", ["worker"])]
    bears = DEMO_BEARS if demo else {}
    children += [Child(f"gateway {gateway.key}", ["gateway", gateway.key], bears) for gateway in GATEWAYS]
    children += [
        Child(f"gateway {client.key}", ["gateway", client.key], wanted=partial(_has_work, client)) for client in CLIENTS
    ]
    if heart:
        children.append(Child("demo heart", ["demo", "heart"]))
    return children


def _has_work(client: Gateway) -> bool:
    """Whether the client is to be started; asked again later while the store is away."""
    from django.db import DatabaseError, connections

    try:
        return has_work(client)
    except DatabaseError:
        return False
    finally:
        connections.close_all()


def _wait_until_ready(host: str, port: int, group: Group, seconds: float = 60.0) -> bool:
    """True once the pages and every gateway answer."""
    gateway_host = os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1")
    wanted = [(host, port), *((gateway_host, gateway.listens_on()) for gateway in GATEWAYS)]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(_answers(*place) for place in wanted):
            return True
        if any(child.process and child.process.poll() is not None for child in group.children):
            return False
        time.sleep(0.1)
    return False


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _print_welcome(seconds: float) -> None:
    from linli.site.welcome import lines

    print("\n".join(lines(seconds)), flush=True)
