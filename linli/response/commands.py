"""`linli response …`: units, and which are nearest."""

from __future__ import annotations

import argparse


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the group `response` and its sub-commands on the parser."""
    commands = groups.add_parser("response").add_subparsers(required=True)
    commands.add_parser("units", help="every unit in use, with its status").set_defaults(run=_units)
    nearest = commands.add_parser("recommend", help="the nearest able units by road time, and why not the others")
    nearest.add_argument("lng", type=float)
    nearest.add_argument("lat", type=float)
    nearest.add_argument("capability", nargs="*")
    nearest.add_argument("--limit", type=int, default=5)
    nearest.set_defaults(run=_recommend)


def _units(arguments: argparse.Namespace) -> int:
    from linli.accounts.actor import SYSTEM
    from linli.response.status import board

    for state in board(SYSTEM):
        print(f"{state.unit.call_sign}\t{state.label}")
    return 0


def _recommend(arguments: argparse.Namespace) -> int:
    from linli.accounts.actor import SYSTEM
    from linli.response.recommend import recommend

    found = recommend((arguments.lng, arguments.lat), arguments.capability, SYSTEM, arguments.limit)
    for candidate in found.able:
        print(f"{candidate.state.unit.call_sign}\t{'; '.join(candidate.reasons())}")
    for candidate in found.others:
        print(f"  ({candidate.state.unit.call_sign}: {'; '.join(candidate.why_not())})")
    return 0
