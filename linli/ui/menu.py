"""The menu of one post: its rooms, the entries in them, and where the reader is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.ui.declarations import Entry
from linli.ui.registry import entries, lists

ROOMS: dict[str, tuple[Any, str]] = {
    "desk": (_("Desk"), "siren"),
    "work": (_("Work"), "work"),
    "places": (_("Places"), "pin"),
    "devices": (_("Devices"), "device"),
    "programme": (_("Programme"), "target"),
    "admin": (_("Administration"), "settings"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the menu draws it."""

    label: Any
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class RoomMenu:
    """One room: its first entry is its door."""

    key: str
    label: Any
    icon: str
    url: str
    current: bool
    lines: tuple[Line, ...]


def address(entry: Entry) -> str:
    """Where an entry leads; "" when its list or route is not installed."""
    if entry.to in lists:
        return reverse("ui:list", args=[entry.to])
    try:
        return reverse(entry.to)
    except NoReverseMatch:
        return ""


def menu_for(actor: Actor | None, path: str) -> list[RoomMenu]:
    """The rooms `actor` works in, in the order of the house; the entry with the longest matching address is current."""
    if actor is None:
        return []
    open_to = [entry for entry in entries if not entry.posts or actor.post in entry.posts or "*" in entry.posts]
    found = [(entry, url) for entry in open_to if (url := address(entry))]
    here = max((url for _entry, url in found if path.startswith(url)), key=len, default="")
    rooms = []
    for key, (label, icon) in ROOMS.items():
        lines = tuple(
            Line(entry.label, url, entry.icon or icon, url == here) for entry, url in found if entry.room == key
        )
        if lines:
            rooms.append(RoomMenu(key, label, icon, lines[0].url, any(line.current for line in lines), lines))
    return rooms
