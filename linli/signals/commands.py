"""`linli signals`: decode bytes without a house, look into quarantine, run it again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from linli.signals import broker_commands, source_commands


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli signals …`."""
    actions = groups.add_parser("signals", help="what the house hears").add_subparsers(dest="action", required=True)
    decode = actions.add_parser("decode", help="print messages as JSON, one a line; no server, no database")
    decode.add_argument("protocol", choices=_decoders())
    given = decode.add_mutually_exclusive_group(required=True)
    given.add_argument("--hex", help="the bytes as hexadecimal digits")
    given.add_argument("--vectors", type=Path, metavar="FILE", help="test vectors; one line for each")
    given.add_argument("file", nargs="?", type=Path, help="a file of bytes as they came")
    decode.add_argument("--key", help="the key of an encrypted account, as text or 32, 48, 64 hexadecimal digits")
    decode.set_defaults(run=_decode)
    quarantine = actions.add_parser("quarantine", help="what could not be read")
    quarantine.add_argument("--source", default="")
    quarantine.set_defaults(run=_quarantine)
    replay = actions.add_parser("replay", help="run quarantined messages again")
    replay.add_argument("--quarantine", nargs="*", default=[], metavar="ID")
    replay.add_argument("--source", default="")
    replay.set_defaults(run=_replay)
    rebuild = actions.add_parser("rebuild", help="build asset states and history again from the log")
    rebuild.set_defaults(run=_rebuild)
    counts = actions.add_parser("counts", help="what became of everything that came in, by protocol and hour")
    counts.add_argument("--since", default="24h", help="a moment (ISO 8601) or 30m, 24h, 7d; from the full hour on")
    counts.add_argument("--json", action="store_true", help="one JSON object a line")
    counts.set_defaults(run=_counts)
    source_commands.add_commands(actions)
    broker_commands.add_commands(actions)


def _decoders() -> list[str]:
    """The protocols whose bytes can be read without a house."""
    return sorted(path.parent.name for path in (Path(__file__).parent / "gateways").glob("*/vectors.py"))


def _decode(arguments: argparse.Namespace) -> int:
    decoder = import_module(f"linli.signals.gateways.{arguments.protocol}.vectors")
    if arguments.vectors:
        return _print_vectors(decoder, arguments.vectors)
    try:
        data = bytes.fromhex(arguments.hex) if arguments.hex else arguments.file.read_bytes()
    except (ValueError, OSError) as fault:
        print(f"These are no bytes: {fault}. Give hexadecimal digits, or a file that can be read.", file=sys.stderr)
        return 2
    return _print(decoder.answer_bytes(data, key=arguments.key))


def _print_vectors(decoder: Any, path: Path) -> int:
    try:
        for row in decoder.answer_vectors(path):
            print(json.dumps(row, ensure_ascii=False))
    except (OSError, ValueError, KeyError) as fault:
        print(f"{path} does not hold vectors of this protocol: {fault!r}", file=sys.stderr)
        return 1
    return 0


def _print(rows: Iterator[dict[str, Any]]) -> int:
    """Print each message; 1 when one of them was malformed."""
    malformed = 0
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
        malformed += row.get("verdict") in ("quarantine", "ignore", "incomplete")
    return 1 if malformed else 0


def _quarantine(arguments: argparse.Namespace) -> int:
    from linli.signals.models import Quarantine

    rows = Quarantine.objects.all()
    for row in rows.filter(source=arguments.source) if arguments.source else rows:
        print(f"{row.pk}  {row.source}  {row.reason}  ×{row.count}  {row.last_seen.isoformat()}  {row.detail}")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from linli.signals.quarantine import replay

    for done in replay(arguments.quarantine, arguments.source):
        print(done)
    return 0


def _counts(arguments: argparse.Namespace) -> int:
    """2 when --since cannot be read."""
    from linli.signals import sums

    try:
        rows = sums.by_hour(sums.read_since(arguments.since))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 2
    for hour, protocol, found in rows:
        numbers = {name: getattr(found, name) for name in (*sums.NAMES, "together")}
        if arguments.json:
            print(json.dumps({"hour": hour.isoformat(), "protocol": protocol, **numbers}))
        else:
            said = "  ".join(f"{name} {number:>9,}" for name, number in numbers.items())
            print(f"{hour:%F %H:00Z}  {protocol:<9}  {said}")
    return 0


def _rebuild(arguments: argparse.Namespace) -> int:
    from linli.signals.rebuild import rebuild

    print(f"{rebuild()} signals read; states and history are as the log says")
    return 0
