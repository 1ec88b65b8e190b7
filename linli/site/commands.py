"""`linli run`, and its parts each alone."""

from __future__ import annotations

import argparse

from linli.site.gateways import GATEWAYS


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the site's own sub-commands."""
    run = groups.add_parser("run", help="start everything")
    run.add_argument("--no-demo", action="store_true", help="do not load the demo city into an empty database")
    run.add_argument("--no-heart", action="store_true", help="let the demo city's devices fall silent")
    run.add_argument("--degraded", action="store_true", help="start without the packs that do not load")
    run.set_defaults(run=_run)
    groups.add_parser("stop").set_defaults(run=_stop)
    groups.add_parser("migrate").set_defaults(run=_migrate)
    groups.add_parser("check").set_defaults(run=_check)
    groups.add_parser("web").set_defaults(run=_web)
    groups.add_parser("worker").set_defaults(run=_worker)
    gateway = groups.add_parser("gateway")
    gateway.add_argument("protocol", choices=[each.key for each in GATEWAYS])
    gateway.add_argument("--port", type=int)
    gateway.set_defaults(run=_gateway)
    groups.add_parser("messages").set_defaults(run=_messages)
    groups.add_parser("reference").set_defaults(run=_reference)


def _run(arguments: argparse.Namespace) -> int:
    from linli.site.house import run

    return run(demo=not arguments.no_demo, heart=not arguments.no_heart, degraded=arguments.degraded)


def _stop(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from linli.site import postgres

    postgres.stop(settings.VAR)
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    from linli.site.prepare import migrate

    migrate()
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from linli.site.checks import report

    return report()


def _web(arguments: argparse.Namespace) -> int:
    from linli.site.web import serve

    return serve()


def _worker(arguments: argparse.Namespace) -> int:
    from linli.site.worker import work

    return work()


def _gateway(arguments: argparse.Namespace) -> int:
    from linli.site.gateways import serve

    return serve(arguments.protocol, arguments.port)


def _messages(arguments: argparse.Namespace) -> int:
    from linli.site.messages import compile_messages

    print(f"{len(compile_messages())} compiled")
    return 0


def _reference(arguments: argparse.Namespace) -> int:
    from linli.site.reference import write

    print("\n".join(write()) or "nothing changed")
    return 0
