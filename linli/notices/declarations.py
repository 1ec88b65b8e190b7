"""What a pack declares about messages to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A message text with {field} places, the posts that hear it, and the ways it may go.

    `by_place`: heard by the posts of the area, whatever their body (110 for an operator's case); else by the posts of
    the responsible body.
    """

    key: str
    label: Any
    text: Any
    posts: tuple[str, ...] = ()
    by_place: bool = False
    channels: tuple[Literal["desk", "phone", "sms", "voice", "mail"], ...] = ("desk",)
