"""`linli areas …`: the administrative tree."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils.translation import gettext as _


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the group `areas` and its sub-commands on the parser."""
    commands = groups.add_parser("areas").add_subparsers(required=True)
    load = commands.add_parser("load", help="load the tree that comes with Linli, or the newer edition of it")
    load.add_argument("--again", action="store_true", help="write it even when this edition is there")
    load.set_defaults(run=_load)
    boundaries = commands.add_parser("boundaries", help="put the city's own boundaries in place of the package's")
    boundaries.add_argument("file", type=Path, help="GeoJSON in WGS-84, polygons with the property «code»")
    boundaries.add_argument("--source", required=True, help="whose boundaries these are; stands under every map")
    boundaries.set_defaults(run=_boundaries)
    find = commands.add_parser("find", help="find an area by name, sound, initials or code")
    find.add_argument("text")
    find.set_defaults(run=_find)
    locate = commands.add_parser("locate", help="which area a point (WGS-84) lies in")
    locate.add_argument("lng", type=float)
    locate.add_argument("lat", type=float)
    locate.set_defaults(run=_locate)


def _load(arguments: argparse.Namespace) -> int:
    from linli.areas.loader import load_areas

    loaded = load_areas(again=arguments.again)
    text = _("{areas} areas, {codes} codes, {names} names, {successions} successions")
    print(
        text.format(areas=loaded.areas, codes=loaded.codes, names=loaded.names, successions=loaded.successions)
        + ("" if loaded.written else _(" (this edition was there already)"))
    )
    return 0


def _boundaries(arguments: argparse.Namespace) -> int:
    from linli.areas.boundaries import import_boundaries

    for area in import_boundaries(arguments.file, arguments.source):
        print(area.path, area.name)
    return 0


def _find(arguments: argparse.Namespace) -> int:
    from linli.areas.find import search
    from linli.areas.tree import load_tree

    tree = load_tree()
    for found in search(arguments.text):
        print(found.area.path, tree.full_name(found.area.path), found.matched)
    return 0


def _locate(arguments: argparse.Namespace) -> int:
    from linli.areas.locate import locate
    from linli.areas.tree import load_tree

    found = locate(arguments.lng, arguments.lat)
    if found.path is None:
        print(_("outside the city"))
        return 1
    drawn = _(" (by a drawn boundary)") if found.invented else ""
    print(found.path, load_tree().full_name(found.path) + drawn)
    return 0
