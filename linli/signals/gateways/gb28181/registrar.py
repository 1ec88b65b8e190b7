"""Registration of peers (9.1, RFC 3261 §10 and §22): challenge, digest, expiry, un-registration, storms, thieves."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from linli.signals.gateways.admission import Buckets
from linli.signals.gateways.gb28181 import body as bodies
from linli.signals.gateways.gb28181.building import VERSION, Own, beijing, challenge, respond
from linli.signals.gateways.gb28181.digest import FIRST_ANSWER, Credentials, Nonces, fits
from linli.signals.gateways.gb28181.hearing import Hearing, Note, Sending
from linli.signals.gateways.gb28181.identifiers import is_device
from linli.signals.gateways.gb28181.peers import Peer
from linli.signals.gateways.gb28181.sip import Message
from linli.signals.gateways.rim import Arrival

LONGEST, FLOOR = 86_400, 3_600
WRONG, WRONG_WITHIN, BARRED_FOR = 5, timedelta(minutes=10), timedelta(minutes=15)
RECENT = timedelta(seconds=60)
STORM = 200.0
"""First registrations a second that are taken; the rest is told to come again after 30–120 s."""
_SCANNERS = ("friendly-scanner", "sipvicious", "sipcli", "sip-scan", "sundayddr", "iwar", "vaxsipuseragent", "pplsip")


@dataclass(slots=True)
class Fumbles:
    """Wrong digests of one peer lately, and until when it is barred."""

    at: deque[datetime] = field(default_factory=deque)
    barred_until: datetime | None = None


class Registrar:
    """Answers REGISTER. It changes peers in place and says in the hearing what is to be kept."""

    def __init__(self, own: Own, key: bytes, *, storm: float = STORM, chance: random.Random | None = None) -> None:
        self.own = own
        self._nonces = Nonces(key)
        self._fumbles: dict[str, Fumbles] = {}
        self._storm = Buckets(storm, 2 * storm)
        self._strangers = Buckets(1 / 30, 20)
        self._chance = chance or random.Random()

    def hear(self, hearing: Hearing, arrival: Arrival, peer: Peer | None, monotonic: float) -> tuple[bytes, bool]:
        """The answer to a REGISTER, and whether the peer is newly on line by it. b"" = silence."""
        message: Message = arrival.message
        answer = _Answer(message, arrival)
        if peer is None:
            return self._stranger(hearing, answer, monotonic), False
        if self._barred(peer.identity, hearing.now):
            return answer(403), False
        said = Credentials.parse(message.get("authorization"))
        if said is None:
            if not peer.registered and self._storm.wait("storm", monotonic):
                return answer(503, [("Retry-After", str(self._chance.randint(30, 120)))]), False
            return self._challenge(hearing, answer, peer), False
        fault = self._judge(peer, said, hearing.now)
        if fault == "stale":
            return self._challenge(hearing, answer, peer, stale=True), False
        if fault:
            return self._refuse(hearing, answer, peer, fault), False
        peer.nonce, peer.nonce_count = said.nonce, said.count
        self._fumbles.pop(peer.identity, None)
        return self._grant(hearing, answer, peer)

    def is_noise(self, message: Message) -> bool:
        """A scanner, or somebody who asks for another domain: it gets no word from us."""
        agent = (message.get("user-agent") or "").lower()
        asked = message.uri.lower()
        ours = self.own.id in asked or f"@{self.own.domain}" in asked or f"sip:{self.own.domain}" in asked
        return any(name in agent for name in _SCANNERS) or not is_device(message.from_.user) or not ours

    def _stranger(self, hearing: Hearing, answer: _Answer, monotonic: float) -> bytes:
        """Nobody has registered this number: refused, and a matter for people (adopt or refuse), a few per address."""
        message = answer.message
        if self.is_noise(message):
            return b""
        raw, number = bodies.blanked(message.raw), message.from_.user
        if self._strangers.wait(answer.arrival.peer, monotonic):
            hearing.notes.append(Note(f"gb28181:@{answer.arrival.peer}", "unknown-peer", raw, f"says it is {number}"))
            return answer(403)
        hearing.notes.append(Note(f"gb28181:{number}", "unknown-peer", raw, f"from {answer.arrival.peer}"))
        day = hearing.now.strftime("%Y-%m-%d")
        hearing.say(
            f"gb28181:{number}", "registration", "unknown-peer", trust="unregistered", body=f"stranger {day}",
            agent=(message.get("user-agent") or "")[:80], address=answer.arrival.peer,
        )  # fmt: skip
        return answer(403)

    def _barred(self, identity: str, now: datetime) -> bool:
        fumbles = self._fumbles.get(identity)
        return bool(fumbles and fumbles.barred_until and now < fumbles.barred_until)

    def _challenge(self, hearing: Hearing, answer: _Answer, peer: Peer, *, stale: bool = False) -> bytes:
        nonce = self._nonces.make(peer.identity, hearing.now.timestamp())
        algorithms = peer.settings.get("algorithms") or ["MD5"]
        headers = [challenge(self.own.domain, nonce, stale=stale, algorithm=name) for name in algorithms]
        return answer(401, [*headers, ("X-GB-Ver", VERSION)])

    def _judge(self, peer: Peer, said: Credentials, now: datetime) -> str:
        """ "" when the credentials are right and fresh, else the code of what is wrong."""
        if peer.password is None:
            return "no-password"
        if said.username != str(peer.settings.get("username") or peer.identity):
            return "digest-wrong"
        if not said.qop and not peer.settings.get("legacy_digest"):
            return "digest-without-qop"
        if said.algorithm not in (peer.settings.get("algorithms") or ["MD5"]) or not fits(
            said, peer.password, "REGISTER"
        ):
            return "digest-wrong"
        return "" if self._fresh(peer, said, now) else "stale"

    def _fresh(self, peer: Peer, said: Credentials, now: datetime) -> bool:
        """A nonce of ours, answered in time and not used before; for refreshes the count rises."""
        age = self._nonces.age(said.nonce, peer.identity, now.timestamp())
        if age is None:
            return False
        if said.nonce == peer.nonce:
            return bool(said.qop) and said.count > peer.nonce_count
        newest = self._nonces.age(peer.nonce, peer.identity, now.timestamp()) if peer.nonce else None
        return -1 <= age <= FIRST_ANSWER and (newest is None or age <= newest)

    def _refuse(self, hearing: Hearing, answer: _Answer, peer: Peer, fault: str) -> bytes:
        """Wrong: asked again, until it has been wrong five times in ten minutes; then barred for fifteen."""
        hearing.notes.append(
            Note(peer.source, fault, bodies.blanked(answer.message.raw), f"from {answer.arrival.peer}")
        )
        if fault != "digest-wrong":
            return answer(403)
        fumbles = self._fumbles.setdefault(peer.identity, Fumbles())
        fumbles.at.append(hearing.now)
        while fumbles.at and fumbles.at[0] < hearing.now - WRONG_WITHIN:
            fumbles.at.popleft()
        if len(fumbles.at) < WRONG:
            return self._challenge(hearing, answer, peer)
        fumbles.barred_until = hearing.now + BARRED_FOR
        fumbles.at.clear()
        hearing.say(
            f"{peer.source}@{answer.arrival.peer}", "security.sender", phase="raised", refused=WRONG, reason=fault
        )
        return answer(403)

    def _grant(self, hearing: Hearing, answer: _Answer, peer: Peer) -> tuple[bytes, bool]:
        message, arrival, row = answer.message, answer.arrival, peer.row
        wanted = message.expires
        if wanted == 0:
            return self._sign_off(hearing, answer, peer), False
        granted = min(LONGEST, wanted if wanted is not None else LONGEST)
        moved = self._seat(hearing, arrival, peer)
        new = not peer.registered or moved
        if new:
            row.registered_at, row.ended_at = hearing.now, None
        row.expires_at = hearing.now + timedelta(seconds=granted)
        row.version = (message.get("x-gb-ver") or row.version)[:8]
        row.agent = (message.get("user-agent") or "")[:120]
        peer.heard_at, peer.strange_since = hearing.now, None
        hearing.change(peer)
        if new:
            hearing.say(
                peer.source, "registration", "registered", expires=granted, version=row.version, agent=row.agent[:80],
                address=arrival.peer, transport=arrival.transport, short=granted < FLOOR or None,
            )  # fmt: skip
        else:
            hearing.say(peer.source, "status.heartbeat", "registered")
        headers = [("Date", beijing(hearing.now)), ("Expires", str(granted)), ("X-GB-Ver", VERSION)]
        contact = message.get("contact")
        return answer(200, [*([("Contact", contact)] if contact else []), *headers]), new

    def _seat(self, hearing: Hearing, arrival: Arrival, peer: Peer) -> bool:
        """The newer registration wins; one that was alive elsewhere a moment ago may be a thief: said, and hung up."""
        row, old = peer.row, peer.way
        elsewhere = peer.registered and bool(row.host) and row.host != arrival.peer
        if elsewhere and peer.heard_at and hearing.now - peer.heard_at < RECENT and old is not None and old.alive:
            hearing.say(peer.source, "security.sender", phase="raised", refused=0, reason="two-peers-with-one-id",
                        addresses=f"{row.host} {arrival.peer}")  # fmt: skip
        if old is not None and old is not arrival.way and row.transport == "tcp":
            hearing.sendings.append(Sending(old, b""))
        peer.way = arrival.way
        moved = (row.host, row.transport) != (arrival.peer, arrival.transport)
        row.host, row.transport = arrival.peer, arrival.transport
        row.port = arrival.way.port if arrival.way else 0
        return moved

    def _sign_off(self, hearing: Hearing, answer: _Answer, peer: Peer) -> bytes:
        """`Expires: 0`: it leaves of its own accord, and all that stands behind it."""
        if peer.registered:
            peer.row.ended_at = hearing.now
            hearing.change(peer)
            hearing.say(peer.source, "status.offline", "signed-off")
            for number, channel in peer.channels.items():
                if channel.registered:
                    hearing.say(peer.channel_source(number), "status.offline", "recorder-signed-off")
        peer.way = None
        return answer(200, [("Date", beijing(hearing.now)), ("Expires", "0"), ("X-GB-Ver", VERSION)])


@dataclass(frozen=True, slots=True)
class _Answer:
    """Builds the response to one message."""

    message: Message
    arrival: Arrival

    def __call__(self, status: int, headers: list[tuple[str, str]] | None = None) -> bytes:
        way = self.arrival.way
        peer = (self.arrival.peer, way.port if way else 0)
        return respond(self.message, status, peer=peer, tag=tag_of(self.message), headers=headers or ())


def tag_of(message: Message) -> str:
    """Our tag in the answer: the same for repetitions, as it follows from the request."""
    return blake2b(f"{message.call_id}\0{message.via.branch}".encode(), digest_size=5).hexdigest()
