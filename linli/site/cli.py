"""The `linli` command. Each room brings its own group of sub-commands in `commands.py`."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec

GROUPS = {
    "run": ("linli.site.commands", "start everything: database, web, gateways, worker"),
    "stop": ("linli.site.commands", "stop the embedded database of this data folder"),
    "migrate": ("linli.site.commands", "bring the database to the released state"),
    "check": ("linli.site.commands", "the start-up checks, all faults at once"),
    "web": ("linli.site.commands", "the web server alone"),
    "worker": ("linli.site.commands", "rules, timers and the outbox relay alone"),
    "gateway": ("linli.site.commands", "one device gateway alone"),
    "reference": ("linli.site.commands", "write the reference pages from what is declared"),
    "messages": ("linli.site.commands", "compile the translations"),
    "accounts": ("linli.accounts.commands", "users, posts, tokens"),
    "access": ("linli.access.commands", "the gate and its ledger"),
    "areas": ("linli.areas.commands", "the administrative tree"),
    "calendar": ("linli.base.commands", "working days and holidays"),
    "registers": ("linli.registers.commands", "imports of organisations, premises, assets"),
    "signals": ("linli.signals.commands", "decode, quarantine, replay, rebuild"),
    "rules": ("linli.rules.commands", "rules and what they decided"),
    "warnings": ("linli.warnings.commands", "public warnings and whose are taken"),
    "cases": ("linli.cases.commands", "cases and their clocks"),
    "response": ("linli.response.commands", "units and assignments"),
    "scoreboard": ("linli.scoreboard.commands", "indicators as of any date"),
    "programme": ("linli.scoreboard.commands", "programmes and their targets"),
    "packs": ("linli.packs.commands", "the domain packs"),
    "simulate": ("linli.site.simulation.commands", "devices of a protocol, correct and bad; a day of a city"),
    "ops": ("linli.site.ops.commands", "backup, restore, upgrade, check"),
    "demo": ("linli.site.demo.commands", "the demo city"),
}
# These read bytes and print; they need neither settings nor a database.
PURE = {("signals", "decode")}


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command; returns the exit status (0 done, 1 a fault was found, 2 wrongly called)."""
    words = sys.argv[1:] if argv is None else argv
    group = words[0] if words else ""
    if group not in GROUPS or not find_spec(GROUPS[group][0]):
        return _help(group)
    if tuple(words[:2]) not in PURE:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
        if group not in ("run", "stop", "messages", "ops"):
            import django

            django.setup()
    else:
        from django.conf import settings

        settings.configure(USE_I18N=False)  # enough for a refusal's sentence
    parser = argparse.ArgumentParser(prog="linli")
    import_module(GROUPS[group][0]).add_commands(parser.add_subparsers(dest="group", required=True))
    arguments = parser.parse_args(words)
    return _refusals_as_text(arguments)


def _refusals_as_text(arguments: argparse.Namespace) -> int:
    from linli.base.refusal import Refusal

    try:
        return int(arguments.run(arguments) or 0)
    except Refusal as refusal:
        print(f"{refusal.text()} ({refusal.code})", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def _help(group: str) -> int:
    known = {name: text for name, (module, text) in GROUPS.items() if find_spec(module.rpartition(".")[0])}
    if group not in ("", "help", "-h", "--help"):
        print(f"linli: there is no «{group}».", file=sys.stderr)
    print("usage: linli GROUP …\n")
    for name, text in known.items():
        print(f"  {name:<12} {text}")
    return 0 if group in ("", "help", "-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main())
