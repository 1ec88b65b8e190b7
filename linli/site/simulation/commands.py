"""`linli simulate PROTOCOL`: devices that speak a protocol correctly and badly, against a running house."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from linli.signals.simulating import fleets
from linli.signals.simulating.pacing import MIX, Step, read_mix


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli simulate PROTOCOL …`."""
    simulate = groups.add_parser("simulate", help="devices of a protocol against a running house")
    protocols = simulate.add_subparsers(dest="protocol", required=True)
    for key in fleets.simulated():
        parser = protocols.add_parser(key)
        _add_size(parser)
        _add_moods(parser)
        parser.set_defaults(run=_simulate)


def _add_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--devices", type=_whole, default=100, metavar="N")
    parser.add_argument("--rate", type=_positive, default=20.0, metavar="R", help="messages a second of all together")
    parser.add_argument("--seconds", type=_positive, default=30.0, metavar="S")
    parser.add_argument("--host", default=os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, help="when not given, that of this installation's gateway")
    parser.add_argument("--transport", choices=("tcp", "udp"))
    parser.add_argument("--register", action="store_true", help="make the devices known to the house first")
    parser.add_argument("--seed", type=int, default=341700)
    parser.add_argument("--mix", type=_mix, default=dict(MIX), help="weights, e.g. heartbeat=60,routine=30,alarm=10")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the sums as JSON")
    parser.add_argument("--list", type=Path, metavar="FILE", help="write each acknowledged message, one a line")


def _add_moods(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bad", type=_share, default=0.0, metavar="SHARE", help="rubbish among the messages, 0 to 1")
    parser.add_argument("--repeat", type=_share, default=0.0, metavar="SHARE", help="acknowledged ones sent again")
    parser.add_argument("--chunks", action="store_true", help="every write in pieces of some bytes")
    parser.add_argument("--slow", type=int, default=0, metavar="N", help="connections that trickle a byte a second")
    parser.add_argument("--flood", type=float, default=0.0, metavar="N", help="silent connections opened each second")


def _simulate(arguments: argparse.Namespace) -> int:
    """0 when everything that should be answered was; 1 when not, or nobody answers; 2 wrongly called."""
    from linli.site.simulation.playing import port_of, run_one

    fleet = fleets.fleet(arguments.protocol)
    transport = arguments.transport or fleet.transports[0]
    if transport not in fleet.transports:
        print(f"{arguments.protocol} is spoken over {' or '.join(fleet.transports)}.", file=sys.stderr)
        return 2
    if arguments.register:
        print(f"{fleet.register(arguments.devices)} devices made known to the house", file=sys.stderr)
    options: dict[str, Any] = {
        name: getattr(arguments, name)
        for name in ("protocol", "host", "devices", "mix", "bad", "repeat", "seed", "chunks", "slow", "flood")
    }
    options |= {"transport": transport, "steps": (Step(arguments.seconds, arguments.rate),)}
    options |= {"port": arguments.port or port_of(arguments.protocol), "keep_list": arguments.list is not None}
    try:
        run = run_one(options, fleet)
    except OSError as fault:
        print(f"Nobody answers at {arguments.host}:{options['port']} ({transport}): {fault}", file=sys.stderr)
        return 1
    report = run.report()
    _print(report)
    if arguments.report:
        arguments.report.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if arguments.list:
        _write_list(arguments.list, run.tally.acknowledged or [])
    return 1 if report["total"]["unanswered"] else 0


def _print(report: dict[str, Any]) -> None:
    names = ("sent", "acknowledged", "refused", "unanswered", "unasked", "resent", "again", "signals")
    print(f"{'':<10}" + "".join(f"{name:>13}" for name in names) + f"{'p50 s':>9}{'p99 s':>9}")
    for what, count in report["by_what"].items():
        times = "".join(f"{'-' if value is None else f'{value:.3f}':>9}" for value in (count["p50_s"], count["p99_s"]))
        print(f"{what:<10}" + "".join(f"{count[name]:>13,}" for name in names) + times)
    print(f"{'together':<10}" + "".join(f"{report['total'][name]:>13,}" for name in names))
    lines = report["lines"]
    print(
        f"{report['seconds']} s, lines opened {lines['opened']}, cut {lines['cut']}, failed {lines['failed']};"
        f" held back {report['held_back']:,}; own CPU {report['own_cpu_seconds']} s"
    )


def _write_list(path: Path, acknowledged: list[tuple[str, str, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for identity, key, what in acknowledged:
            file.write(json.dumps({"device": identity, "key": key, "what": what}) + "\n")


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("a number above 0")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("a share from 0 to 1")
    return number


def _mix(text: str) -> dict[str, float]:
    try:
        return read_mix(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault
