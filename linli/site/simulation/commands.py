"""`linli simulate PROTOCOL`: devices that speak a protocol correctly and badly, against a running house."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.signals.simulating import fleets
from linli.signals.simulating.pacing import MIX, Step, read_mix

if TYPE_CHECKING:
    from linli.site.simulation.city import Day


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli simulate PROTOCOL …`."""
    simulate = groups.add_parser("simulate", help="devices of a protocol against a running house")
    protocols = simulate.add_subparsers(dest="protocol", required=True)
    for key in fleets.simulated():
        parser = protocols.add_parser(key)
        _add_size(parser)
        _add_moods(parser)
        parser.set_defaults(run=_simulate)
    _add_city(protocols.add_parser("city", help="a day of the whole city, all protocols at once"))


def _add_city(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=Path, metavar="FILE", help="also send the rows of such a script: demo/day.toml")
    parser.add_argument("--speed", type=_speed, default=480.0, metavar="N", help="seconds of the day in one, or max")
    parser.add_argument("--scale", type=_positive, default=1.0, metavar="SHARE", help="share of the city's devices")
    parser.add_argument("--protocols", nargs="+", choices=fleets.simulated(), help="when not given, all that listen")
    parser.add_argument("--host", default=os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1"))
    parser.add_argument("--known", action="store_true", help="the devices were made known before")
    parser.add_argument("--bad", type=_share, default=0.002, metavar="SHARE")
    parser.add_argument("--repeat", type=_share, default=0.01, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=341700)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write everything as JSON")
    parser.set_defaults(run=_city)


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


def _city(arguments: argparse.Namespace) -> int:
    """0 when all sums agree; 1 when they do not, or nobody answers."""
    from linli.site.simulation.city import DayPlan, play_day
    from linli.site.simulation.playing import listening

    plan = DayPlan(
        protocols=arguments.protocols or listening(arguments.host),
        speed=arguments.speed, scale=arguments.scale, host=arguments.host, day=arguments.day, seed=arguments.seed,
        bad=arguments.bad, repeat=arguments.repeat, register=not arguments.known,
    )  # fmt: skip
    try:
        day = play_day(plan)
    except OSError as fault:
        print(f"Nobody answers at {arguments.host}: {fault}. Is the house open?", file=sys.stderr)
        return 1
    _print_day(day)
    if arguments.report:
        sums = [asdict(one) | {"taken": one.taken, "agrees": one.agrees} for one in day.sums]
        written = {"seconds": day.seconds, "agrees": day.agrees, "sums": sums, "reports": day.reports}
        arguments.report.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0 if day.agrees else 1


def _print_day(day: Day) -> None:
    names = ("sent", "acknowledged", "refused", "unanswered", "again")
    heads = (*names, "signals", "logged", "folded", "duplicates", "quarantined")
    print(f"{'':<9}" + "".join(f"{head:>13}" for head in heads))
    for report, one in zip(day.reports, day.sums, strict=True):
        numbers = [report["total"][name] for name in names] + [one.acknowledged]
        numbers += [one.house.logged, one.house.folded, one.house.duplicates, one.house.quarantined]
        said = "agrees" if one.agrees else "DOES NOT AGREE"
        print(f"{one.protocol:<9}" + "".join(f"{number:>13,}" for number in numbers) + f"  {said}")
    script = day.played
    if script.sent or script.skipped:
        print(f"script: {script.sent} sent, {script.acknowledged} acknowledged, {len(script.skipped)} skipped")
    print(f"{day.seconds} s; " + ("the sums agree" if day.agrees else "the sums do not agree: see the rows above"))


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


def _speed(text: str) -> float | None:
    return None if text == "max" else _positive(text)


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
