"""Keeps what the GB/T 28181 gateway heard: hear → store → commit → answer, one transaction for a whole batch."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from linli.base import clock, visibility
from linli.signals import listening, quarantine
from linli.signals.accept import write
from linli.signals.gateways.gb28181 import agreements, catalogue, peers
from linli.signals.gateways.gb28181.asking import PACE
from linli.signals.gateways.gb28181.body import blanked
from linli.signals.gateways.gb28181.building import Own
from linli.signals.gateways.gb28181.hearing import Hearing, Sending
from linli.signals.gateways.gb28181.platform import Platform
from linli.signals.gateways.gb28181.registrar import STORM
from linli.signals.gateways.gb28181.sip import Message
from linli.signals.gateways.rim import Arrival, StoreAway, Way
from linli.signals.models import Line

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)
REREAD_EVERY = timedelta(seconds=60)
UNKNOWN_FOR = timedelta(seconds=5)
Mailbox = Callable[[str, int], Way | None]


def own() -> Own:
    """Who the house is: LINLI_GB28181_ID (20 digits), LINLI_GB28181_ADDRESS and port as peers reach them."""
    return Own(
        os.environ.get("LINLI_GB28181_ID", "34170000002000000001"),
        os.environ.get("LINLI_GB28181_ADDRESS", os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1")),
        int(os.environ.get("LINLI_GB28181_PORT", "5060")),
    )


class DatabaseStore:
    """The store of the running gateway (`rim.Store`), and the platform whose word it keeps."""

    def __init__(self, who: Own | None = None, *, storm: float = STORM) -> None:
        key = hashlib.blake2b(settings.SECRETS["sealing"].encode(), person=b"gb28181 nonces").digest()
        self.platform = Platform(who or own(), key, clock.now(), storm=storm)
        self.mailbox: Mailbox = lambda host, port: None
        self._outbox: list[Sending] = []
        self._unknown: dict[str, datetime] = {}
        self._reread_at: datetime | None = None
        self._tokens, self._refilled = float(PACE), time.monotonic()

    def keep(self, arrivals: Sequence[Arrival]) -> list[bytes]:
        """Everything the batch says, durable; the answers in its order."""
        now, monotonic = max(item.received_at for item in arrivals), time.monotonic()
        hearing = Hearing(now)
        with self._kept(hearing):
            self._find_peers(arrivals, now)
            answers = [self.platform.hear(hearing, arrival, monotonic) for arrival in arrivals]
        self._settle(hearing, monotonic)
        return answers

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """One that cannot be kept, into quarantine, with what went wrong."""
        try:
            quarantine.quarantine(
                "gb28181", f"gb28181:@{arrival.peer}", "internal", blanked(arrival.message.raw), repr(fault)
            )
        except AWAY as away:
            connection.close()
            raise StoreAway(str(away)) from away

    def beat(self) -> None:
        """We listen; who is silent is asked; once a minute: has the register changed?"""
        now, monotonic = clock.now(), time.monotonic()
        hearing = Hearing(now)
        with self._kept(hearing):
            if self._reread_at is None or now - self._reread_at >= REREAD_EVERY:
                self._reread(now)
                self._reread_at = now
            self.platform.tick(hearing, monotonic)
        self._settle(hearing, monotonic)
        try:
            listening.beat("gb28181")
        except AWAY as fault:
            connection.close()
            raise StoreAway(str(fault)) from fault

    def drive(self) -> list[tuple[Way, bytes]]:
        """What is to be sent now of our own accord: questions that are due, repetitions, answers that follow a commit."""
        monotonic = time.monotonic()
        self._tokens = min(float(PACE), self._tokens + (monotonic - self._refilled) * PACE)
        self._refilled = monotonic
        hearing = Hearing(clock.now())
        self.platform.asking.ask(hearing, monotonic, int(self._tokens))
        self._tokens -= len(hearing.sendings)
        if hearing.changed:
            with self._kept(hearing):
                pass
        self._settle(hearing, monotonic)
        sent, self._outbox = self._outbox, []
        return [*((one.way, one.data) for one in sent), *self.platform.requests.due(monotonic)]

    def _settle(self, hearing: Hearing, monotonic: float) -> None:
        """After the commit: what was answered is remembered, what is to be said goes out."""
        platform = self.platform
        for key, said in hearing.replies.items():
            platform.replies.keep(key, said, monotonic)
        for sending in hearing.sendings:
            if sending.branch and sending.then:
                platform.requests.begin(
                    sending.branch, sending.way, sending.data, sending.then, monotonic, over_udp=sending.over_udp
                )
        self._outbox += hearing.sendings

    @contextmanager
    def _kept(self, hearing: Hearing) -> Iterator[None]:
        """A durable transaction in which the hearing is filled and then written. Where it fails, memory gives way."""
        try:
            with transaction.atomic(durable=True), visibility.system():
                yield
                _write(hearing)
            if hearing.upserts:
                self._reread_at = None  # which of them are assets? told with the next beat
        except AWAY as fault:
            self.platform.forget(hearing.touched)
            connection.close()
            raise StoreAway(str(fault).partition("\n")[0]) from fault
        except Exception:
            self.platform.forget(hearing.touched)
            raise

    def _find_peers(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Read the peers of a batch that are not held; those that register always, for a password may be new."""
        wanted = set()
        for arrival in arrivals:
            message = arrival.message
            if not isinstance(message, Message) or not message.is_request:
                continue
            identity = message.from_.user
            fresh = message.method == "REGISTER" and message.get("authorization") is not None
            known = identity in self.platform.peers or self._unknown.get(identity, now) > now
            if len(identity) == 20 and (fresh or not known):
                wanted.add(identity)
        if wanted:
            self._hold(wanted, now)

    def _hold(self, wanted: set[str], now: datetime) -> None:
        found = peers.load(wanted, now)
        for identity in wanted:
            peer, held = found.get(identity), self.platform.peers.get(identity)
            if peer is None:
                self.platform.peers.pop(identity, None)
                self._unknown[identity] = now + UNKNOWN_FOR
            elif held is not None:
                held.password, held.settings, held.mark = peer.password, peer.settings, peer.mark
            else:
                self.platform.peers[identity] = peer
                self._reach(peer)
        if len(self._unknown) > 20_000:
            self._unknown.clear()

    def _reach(self, peer: peers.Peer) -> None:
        """A peer by datagrams is reached where it registered from, also after our own restart."""
        if peer.registered and peer.row.transport == "udp" and peer.row.host:
            peer.way = self.mailbox(peer.row.host, peer.row.port)

    def _reread(self, now: datetime) -> None:
        """Peers whose line has changed or ended, channels that have become assets, agreements with uppers."""
        held, marks = self.platform.peers, peers.marks(now)
        changed = {identity for identity, peer in held.items() if marks.get(identity) != peer.mark}
        if changed:
            self._hold(changed, now)
        registered = peers.registered_channels(now)
        for identity, peer in held.items():
            numbers = registered.get(identity, set())
            for number, channel in peer.channels.items():
                channel.registered = number in numbers
        agreements.refresh(self.platform.upward, self.mailbox)


def _write(hearing: Hearing) -> None:
    if hearing.changed:
        peers.save(peer.row for peer in hearing.changed.values())
    if hearing.upserts:
        catalogue.keep(hearing.upserts)
    for identity, seconds in hearing.intervals.items():
        Line.objects.filter(protocol="gb28181", identity__startswith=identity).update(interval_seconds=seconds)
    for note in hearing.notes:
        quarantine.note("gb28181", note.source, note.reason, note.raw, note.detail)
    if hearing.envelopes:
        write(hearing.envelopes)
