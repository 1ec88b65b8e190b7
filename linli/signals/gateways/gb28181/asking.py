"""What the house asks of its peers, when, and how fast: device data, catalogue, subscription, status, probes, resets."""

from __future__ import annotations

import heapq
import itertools
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from linli.signals.gateways.gb28181.building import Own, request, xml
from linli.signals.gateways.gb28181.catalogue import SILENCE, Collector
from linli.signals.gateways.gb28181.hearing import Hearing, Sending
from linli.signals.gateways.gb28181.peers import Peer
from linli.signals.gateways.gb28181.sip import Message

PACE = 100
"""Requests a second that the house begins; what is more waits its turn."""
STATUS_EVERY, CATALOGUE_EVERY = timedelta(hours=6), timedelta(hours=24)
LEASE, REFRESH = 600, 0.75
"""Seconds of a subscription, and the part of it after which it is renewed in the same dialog (before 80 %)."""
RESET_AFTER = timedelta(minutes=10)
AGAIN = (300.0, 900.0, 3600.0)
"""Seconds after which an unanswered or partial catalogue is asked for again."""


@dataclass(slots=True)
class Dialog:
    """A subscription of ours: the dialog it lives in."""

    call_id: str
    tag: str
    to_tag: str = ""
    cseq: int = 0
    event: int = 0


@dataclass(order=True, slots=True)
class Due:
    """Something to ask at a time (monotonic); `generation`: of the registration it belongs to."""

    at: float
    number: int
    peer: str
    what: str
    generation: int


class Asking:
    """The plan of questions. `find(identity)` gives the peer as it is held now."""

    def __init__(self, own: Own, find: Callable[[str], Peer | None], now: datetime) -> None:
        self.own, self._find = own, find
        self._plan: list[Due] = []
        self._ready: deque[Due] = deque()
        self._numbers = itertools.count()
        self._sn = itertools.count(int(now.timestamp() * 1000) % 1_900_000_000)
        self._dialogs: dict[str, Dialog] = {}
        self._tries: dict[str, int] = {}
        self.collectors: dict[tuple[str, str], Collector] = {}
        self.probing: set[str] = set()

    def welcome(self, peer: Peer, now: float, clock: datetime, *, fresh: bool) -> None:
        """A peer is on line: newly registered (`fresh`), or first heard after our own restart, then with time."""
        peer.generation += 1
        part = crc32(peer.identity.encode()) / 2**32
        soon = 0.0 if fresh else 30 + 570 * part
        wait = STATUS_EVERY.total_seconds() * part
        self.plan(peer, "DeviceStatus", now + max(soon, wait))
        self.plan(peer, "Catalog", now + (0.0 if fresh else self._left(peer, clock, soon)))
        if fresh:
            self.plan(peer, "DeviceInfo", now)
            self.plan(peer, "BasicParam", now)
        if peer.has_catalogue and peer.row.version >= "2":
            self.plan(peer, "Subscribe", now + soon)
        for device, at in peer.row.owed.items():
            self.plan(peer, f"Reset {device}", now + (datetime.fromisoformat(at) - clock).total_seconds())

    def _left(self, peer: Peer, clock: datetime, soon: float) -> float:
        last = peer.row.catalogue_at
        return max(soon, (last + CATALOGUE_EVERY - clock).total_seconds()) if last else soon

    def plan(self, peer: Peer, what: str, at: float) -> None:
        """Ask for `what` at `at`."""
        heapq.heappush(self._plan, Due(at, next(self._numbers), peer.identity, what, peer.generation))

    def ask(self, hearing: Hearing, now: float, most: int) -> None:
        """Begin what is due, `most` at once."""
        while self._plan and self._plan[0].at <= now:
            self._ready.append(heapq.heappop(self._plan))
        begun = 0
        while self._ready and begun < most:
            due = self._ready.popleft()
            peer = self._find(due.peer)
            if peer is None or peer.generation != due.generation or not peer.registered:
                continue
            if peer.way is not None and peer.way.alive:
                self._begin(hearing, peer, due.what, now)
                begun += 1

    def sweep(self, now: float) -> list[tuple[str, Collector]]:
        """Catalogues whose last part came 30 s ago and that are not whole: partial; they are asked for again."""
        over = [(key, one) for key, one in self.collectors.items() if now - one.last >= SILENCE]
        for key, _one in over:
            del self.collectors[key]
        return [(key[0], one) for key, one in over if not one.complete]

    def again(self, peer: Peer, now: float) -> None:
        """Ask for the catalogue again, each time later."""
        tries = self._tries[peer.identity] = self._tries.get(peer.identity, 0) + 1
        self.plan(peer, "Catalog", now + AGAIN[min(tries, len(AGAIN)) - 1])

    def whole(self, peer: Peer, now: float) -> None:
        """The catalogue is complete: the next one tomorrow."""
        self._tries.pop(peer.identity, None)
        self.plan(peer, "Catalog", now + CATALOGUE_EVERY.total_seconds())

    def _begin(self, hearing: Hearing, peer: Peer, what: str, now: float) -> None:
        name, _space, about = what.partition(" ")
        if name == "Subscribe":
            self._subscribe(hearing, peer, now)
        elif name == "Reset":
            peer.row.owed.pop(about, None)
            hearing.change(peer)
            self.message(hearing, peer, "Control", {"CmdType": "DeviceControl", "SN": self.sn(), "DeviceID": about,
                                                    "AlarmCmd": "ResetAlarm"})  # fmt: skip
        elif name == "Catalog":
            self._catalogue(hearing, peer, now)
        else:
            if name == "DeviceStatus":
                self.plan(peer, name, now + STATUS_EVERY.total_seconds())
            command = {"BasicParam": "ConfigDownload"}.get(name, name)
            more = {"ConfigType": "BasicParam"} if name == "BasicParam" else {}
            self.message(
                hearing, peer, "Query", {"CmdType": command, "SN": self.sn(), "DeviceID": peer.identity} | more
            )

    def _catalogue(self, hearing: Hearing, peer: Peer, now: float) -> None:
        """Never two of one peer at once."""
        if any(identity == peer.identity for identity, _sn in self.collectors):
            self.plan(peer, "Catalog", now + SILENCE)
            return
        number = self.sn()
        self.collectors[peer.identity, number] = Collector(expected=1, last=now)
        self.message(hearing, peer, "Query", {"CmdType": "Catalog", "SN": number, "DeviceID": peer.identity})

    def sn(self) -> str:
        """A number of ours that no peer has had from us for a day."""
        return str(next(self._sn) % 2_000_000_000)

    def message(self, hearing: Hearing, peer: Peer, root: str, fields: dict[str, Any]) -> None:
        """Send a MESSAGE with a body; its own 200 says nothing, the answer is a message of the peer."""
        body = xml(root, fields, modern=peer.modern)
        self._send(hearing, peer, "MESSAGE", body=body, then=lambda response: None)

    def probe(self, hearing: Hearing, peer: Peer, told: Callable[[bool], None]) -> None:
        """OPTIONS: is it there? Any answer is one."""
        if peer.identity in self.probing:
            return
        self.probing.add(peer.identity)

        def then(response: Message | None) -> None:
            self.probing.discard(peer.identity)
            told(response is not None)

        self._send(hearing, peer, "OPTIONS", headers=[("Accept", "Application/MANSCDP+xml")], then=then)

    def _subscribe(self, hearing: Hearing, peer: Peer, now: float) -> None:
        dialog = self._dialogs.setdefault(
            peer.identity, Dialog(secrets.token_hex(8), secrets.token_hex(4), event=secrets.randbelow(9000) + 1000)
        )
        dialog.cseq += 1

        def then(response: Message | None) -> None:
            if response is not None and response.status == 200:
                dialog.to_tag = response.to.tag or dialog.to_tag
                lease = response.expires or LEASE
                self.plan(peer, "Subscribe", now + max(30.0, lease * REFRESH))
            else:
                self._dialogs.pop(peer.identity, None)
                refused = response is not None and response.status in (403, 405, 489, 501)
                self.plan(peer, "Subscribe", now + (86_400.0 if refused else LEASE))

        body = xml("Query", {"CmdType": "Catalog", "SN": self.sn(), "DeviceID": peer.identity}, modern=peer.modern)
        headers = [
            ("Contact", f"<{self.own.contact}>"),
            ("Event", f"Catalog;id={dialog.event}"),
            ("Expires", str(LEASE)),
        ]
        self._send(hearing, peer, "SUBSCRIBE", headers=headers, body=body, dialog=dialog, then=then)

    def terminated(self, peer: Peer, now: float) -> None:
        """The peer ended our subscription: a new one in a minute."""
        if self._dialogs.pop(peer.identity, None):
            self.plan(peer, "Subscribe", now + 60)

    def _send(
        self, hearing: Hearing, peer: Peer, method: str, *, then: Callable[[Message | None], None],
        headers: list[tuple[str, str]] | None = None, body: bytes = b"", dialog: Dialog | None = None,
    ) -> None:  # fmt: skip
        way = peer.way
        if way is None:
            return
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        over_udp = peer.row.transport != "tcp"
        data = request(
            method,
            f"sip:{peer.identity}@{way.host}:{way.port}",
            own=self.own,
            to=f"sip:{peer.identity}@{peer.identity[:10]}",
            branch=branch,
            tag=dialog.tag if dialog else secrets.token_hex(4),
            to_tag=dialog.to_tag if dialog else "",
            call_id=dialog.call_id if dialog else secrets.token_hex(8),
            cseq=dialog.cseq if dialog else 1,
            transport="UDP" if over_udp else "TCP",
            headers=headers or (),
            body=body,
        )
        hearing.sendings.append(Sending(way, data, branch, then, over_udp))
