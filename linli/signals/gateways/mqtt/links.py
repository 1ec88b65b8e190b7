"""The state of a source's connection: `online` when it connects, `offline` as its will, on `linli/v1/{source}/s`.

The word of a broker is a hint only: a take-over by a second client fires wills, and a retained word can be stale. So a
live word becomes a signal (communication fault, restored by the next `online`), a retained one says nothing, and the
interval between signs of life decides about presence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from linli.signals.envelope import Envelope
from linli.signals.gateways.mqtt.decode import Route
from linli.signals.gateways.mqtt.message import Message

MOST_TURNS, WITHIN, SAY_AGAIN = 3, timedelta(minutes=1), timedelta(minutes=10)
WORDS = {b"online": "restored", b"offline": "raised"}


@dataclass(slots=True)
class _Turns:
    """When one source came back, and when its flapping was last said."""

    at: deque[datetime] = field(default_factory=deque)
    said: datetime | None = None


class Links:
    """Remembers how often each source came back within the last minute."""

    def __init__(self) -> None:
        self._turns: dict[UUID, _Turns] = {}

    def forget(self) -> None:
        """The batch was not kept: it will come again."""
        self._turns.clear()

    def signals(self, heard: Iterable[tuple[Message, Route, datetime]]) -> list[Envelope]:
        """What the states in a batch say, of sources that have an asset of their own."""
        found = []
        for message, route, at in heard:
            if route.native is None or route.native.what != "state" or message.retain:
                continue
            phase = WORDS.get(message.payload.strip()[:16].lower())
            if phase is None or route.source.asset is None:
                continue
            found.append(_link(message, route, at, "raised" if phase == "raised" else "restored"))
            if phase == "restored" and self._flaps(route, at):
                found.append(_flapping(route, at, len(self._turns[route.source.pk].at)))
        return found

    def _flaps(self, route: Route, at: datetime) -> bool:
        turns = self._turns.setdefault(route.source.pk, _Turns())
        turns.at.append(at)
        while turns.at and at - turns.at[0] > WITHIN:
            turns.at.popleft()
        if len(turns.at) <= MOST_TURNS or (turns.said and at - turns.said < SAY_AGAIN):
            return False
        turns.said = at
        return True


def _link(message: Message, route: Route, at: datetime, phase: Literal["raised", "restored"]) -> Envelope:
    assert route.source.asset is not None
    return Envelope(
        protocol="mqtt", source=f"mqtt:{route.source.uri}", kind="fault.communication", phase=phase, occurred_at=at,
        received_at=at, values={"code": "will" if phase == "raised" else "birth"}, raw=message.payload[:64],
        body=f"{phase}{at.isoformat()}".encode(), asset_id=route.source.asset.pk,
        trust="authenticated" if route.trusted else "registered",
    )  # fmt: skip


def _flapping(route: Route, at: datetime, turns: int) -> Envelope:
    """More than three times back within a minute: two clients under one name, or somebody who pretends to be it."""
    assert route.source.asset is not None
    return Envelope(
        protocol="mqtt", source=f"mqtt:{route.source.uri}", kind="security.sender", phase="raised", occurred_at=at,
        received_at=at, values={"refused": turns, "reason": "take-over"}, body=f"flap{at.isoformat()}".encode(),
        asset_id=route.source.asset.pk,
    )  # fmt: skip
