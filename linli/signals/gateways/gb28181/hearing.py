"""What a batch of messages comes to: kept in one transaction, then answered, then spoken of our own accord."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from linli.signals.envelope import Envelope, Phase, Trust
from linli.signals.gateways.gb28181.catalogue import Upsert
from linli.signals.gateways.gb28181.peers import Peer
from linli.signals.gateways.gb28181.transactions import Key, Then
from linli.signals.gateways.rim import Way


@dataclass(slots=True)
class Note:
    """A row for quarantine."""

    source: str
    reason: str
    raw: bytes
    detail: str = ""


@dataclass(slots=True)
class Sending:
    """Something to say after the commit. With a `branch` it is a request whose answer `then` waits for.

    Without data the connection is closed.
    """

    way: Way
    data: bytes
    branch: str = ""
    then: Then | None = None
    over_udp: bool = True


@dataclass(slots=True)
class Hearing:
    """Everything a batch makes."""

    now: datetime
    envelopes: list[Envelope] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    changed: dict[str, Peer] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    upserts: list[Upsert] = field(default_factory=list)
    intervals: dict[str, int] = field(default_factory=dict)
    sendings: list[Sending] = field(default_factory=list)
    replies: dict[Key, bytes] = field(default_factory=dict)

    def change(self, peer: Peer) -> None:
        """The peer's row is other than before."""
        self.changed[peer.identity] = peer
        self.touched.add(peer.identity)

    def say(
        self, source: str, kind: str, cause: str = "", *, phase: Phase = "info", at: datetime | None = None,
        trust: Trust = "authenticated", body: str = "", **values: object,
    ) -> None:  # fmt: skip
        """A signal of the gateway itself about `source`: presence, registration, a hostile sender."""
        at = at or self.now
        said = {name: value for name, value in {"cause": cause, **values}.items() if value not in ("", None)}
        self.envelopes.append(
            Envelope(
                protocol="gb28181", source=source, kind=kind, phase=phase, occurred_at=at, received_at=at, trust=trust,
                values=said, body=(body or f"{kind}{cause}{at.isoformat()}").encode(),
            )
        )  # fmt: skip
