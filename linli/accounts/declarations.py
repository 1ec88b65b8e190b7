"""What a pack or the house declares about posts (岗位)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A post that people hold for a time in an area: `duty_operator` 值机员, `guard` 保安处警员 …

    `home` names the route of its own first page; `rooms` are the rooms of the shell it sees.
    """

    key: str
    label: Any
    home: str = "desk:home"
    rooms: tuple[str, ...] = ("work",)
