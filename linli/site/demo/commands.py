"""`linli demo`: load, digest, play, heart."""

from __future__ import annotations

import argparse


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli demo …`."""
    actions = groups.add_parser("demo", help="the demo city").add_subparsers(dest="action", required=True)
    load = actions.add_parser("load", help="build the city into an empty database")
    load.add_argument("--size", choices=("small", "city", "full"), default="small")
    load.set_defaults(run=_load)
    actions.add_parser("digest", help="a digest that is the same on every machine").set_defaults(run=_digest)
    play = actions.add_parser("play", help="send the scripted day's signals through the real sockets")
    play.add_argument("--speed", default="60", help="seconds of the day in a second, or max")
    play.set_defaults(run=_play)
    actions.add_parser("heart", help="keep the devices that should be alive reporting").set_defaults(run=_heart)


def _load(arguments: argparse.Namespace) -> int:
    from linli.site.demo.load import load_once

    print("built" if load_once(arguments.size) else "there is a demo city already; nothing was changed")
    return 0


def _digest(arguments: argparse.Namespace) -> int:
    from linli.site.demo.digest import digest

    print(digest())
    return 0


def _play(arguments: argparse.Namespace) -> int:
    from linli.site.demo.play import play

    return play(None if arguments.speed == "max" else float(arguments.speed))


def _heart(arguments: argparse.Namespace) -> int:
    from linli.site.demo.heart import beat_forever

    return beat_forever()
