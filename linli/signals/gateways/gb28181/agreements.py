"""The agreements with upper platforms (LINLI_GB28181_UPPERS names a TOML file): who, where, and which assets are shared.

[[upper]]
id = "34000000002000000001"; host = "10.1.0.2"; port = 5060; username = "…"; password = "…"; share = ["public"]

Sharing is by tag, never «all»: an asset is shown to an upper when one of its `settings.shared_with` tags is in `share`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from linli.base import visibility
from linli.signals.gateways.gb28181.upward import Item, Upper, Upward
from linli.signals.gateways.rim import Way
from linli.signals.models import Line

VARIABLE = "LINLI_GB28181_UPPERS"


def refresh(upward: Upward, mailbox: Callable[[str, int], Way | None]) -> None:
    """Read the agreements again; one under way keeps its state."""
    path = os.environ.get(VARIABLE, "")
    if not path:
        return
    said = tomllib.loads(Path(path).read_text("utf-8")).get("upper", [])
    for row in said:
        upper = upward.uppers.get(row["id"])
        if upper is None:
            upper = upward.uppers[row["id"]] = Upper(
                row["id"], row["host"], int(row.get("port", 5060)), row.get("username", upward.own.id), row["password"]
            )
        upper.items = partial(shared, tuple(row.get("share", ())), upward.own.id)
        if upper.way is None or not upper.way.alive:
            upper.way = mailbox(upper.host, upper.port)
    for gone in upward.uppers.keys() - {row["id"] for row in said}:
        del upward.uppers[gone]


def shared(tags: Sequence[str], parent: str) -> list[Item]:
    """The catalogue records of the assets with one of these tags: name, place and whether it is there; nothing else."""
    if not tags:
        return []
    with visibility.system():
        lines = list(
            Line.objects.filter(
                protocol="gb28181", asset__settings__shared_with__has_any_keys=list(tags), during__endswith=None
            ).select_related("asset__state")
        )
    return [_item(line, parent) for line in sorted(lines, key=lambda line: line.identity)]


def _item(line: Line, parent: str) -> Item:
    asset = line.asset
    state = getattr(asset, "state", None)
    return {
        "DeviceID": line.identity.rpartition("/")[2],
        "Name": asset.name,
        "CivilCode": asset.area_path.rpartition(".")[2][:6],
        "ParentID": parent,
        "Parental": 0,
        "RegisterWay": 1,
        "Secrecy": 0,
        "Status": "ON" if state and state.presence == "online" else "OFF",
        "Longitude": asset.lng,
        "Latitude": asset.lat,
    }
