"""The platform: what each message of a peer means for it, its channels and the log. Knows no socket and no store.

It runs in the store's thread. What a batch changes is said in a `Hearing`; where the batch cannot be kept, `forget` lets
the store's word count again.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from linli.signals.envelope import Trust
from linli.signals.gateways.gb28181 import answers, catalogue, mapping
from linli.signals.gateways.gb28181.asking import RESET_AFTER, Asking
from linli.signals.gateways.gb28181.body import Body, blanked
from linli.signals.gateways.gb28181.building import Own, respond
from linli.signals.gateways.gb28181.catalogue import Collector
from linli.signals.gateways.gb28181.framing import Malformed
from linli.signals.gateways.gb28181.hearing import Hearing, Note
from linli.signals.gateways.gb28181.peers import ABSENT, HEARTBEAT, MISSES, Channel, Peer
from linli.signals.gateways.gb28181.reading import Reading, read
from linli.signals.gateways.gb28181.registrar import STORM, Registrar, tag_of
from linli.signals.gateways.gb28181.sip import Message, number_of
from linli.signals.gateways.gb28181.transactions import Replies, Requests, key_of
from linli.signals.gateways.gb28181.upward import Upward
from linli.signals.gateways.rim import Arrival

PROBE_AGAIN = timedelta(seconds=35)


class Platform:
    """The peers of one gateway and everything under way with them."""

    def __init__(self, own: Own, key: bytes, now: datetime, *, storm: float = STORM) -> None:
        self.own = own
        self.peers: dict[str, Peer] = {}
        self.registrar = Registrar(own, key, storm=storm)
        self.asking = Asking(own, self.peers.get, now)
        self.requests, self.replies = Requests(), Replies()
        self.upward = Upward(own)
        self.counts: Counter[str] = Counter()
        self.told: list[tuple[str, bool]] = []

    def forget(self, identities: set[str]) -> None:
        """These peers were changed by a batch that could not be kept."""
        for identity in identities:
            self.peers.pop(identity, None)

    def hear(self, hearing: Hearing, arrival: Arrival, monotonic: float) -> bytes:
        """The answer to one message; b"" = none."""
        item = arrival.message
        if isinstance(item, Malformed):
            self._broken(hearing, arrival, item)
            return b""
        if not item.is_request:
            self._answered(hearing, item)
            return b""
        key = key_of(item, arrival.way)
        known = hearing.replies.get(key) or self.replies.find(key, monotonic)
        if known is not None:
            self.counts["repeated"] += 1
            return known
        said = self._request(hearing, arrival, item, monotonic)
        if said:
            hearing.replies[key] = said
        return said

    def _broken(self, hearing: Hearing, arrival: Arrival, item: Malformed) -> None:
        self.counts[item.reason] += 1
        if not item.dropped:
            hearing.notes.append(Note(f"gb28181:@{arrival.peer}", item.reason, blanked(item.raw), arrival.transport))

    def _answered(self, hearing: Hearing, response: Message) -> None:
        if not self.requests.answered(response):
            self.counts["answer-to-nothing"] += 1
            return
        for identity, there in self.told:
            self._probed(hearing, identity, there)
        self.told.clear()
        self.upward.settle(hearing)

    def _request(self, hearing: Hearing, arrival: Arrival, message: Message, monotonic: float) -> bytes:
        peer = self.peers.get(message.from_.user)
        if message.method == "REGISTER":
            if peer is not None:
                hearing.touched.add(peer.identity)
            said, new = self.registrar.hear(hearing, arrival, peer, monotonic)
            if new and peer is not None:
                self.asking.welcome(peer, monotonic, hearing.now, fresh=True)
            return said
        if self.upward.is_upper(message.from_.user, arrival.peer):
            return self.upward.hear(hearing, arrival, self._answer)
        if peer is None and self.registrar.is_noise(message):
            self.counts["noise"] += 1
            return b""
        reading = read(
            message,
            now=hearing.now,
            registered=lambda said: peer is not None and self._known(hearing, peer, arrival),
            owns=lambda _sender, number: peer is not None and peer.owns(number),
        )
        status = answers.status_of(reading)
        if status is None:
            return b""
        if peer is not None and status != 403:
            self._take(hearing, peer, reading, monotonic)
        return self._answer(arrival, status)

    def _answer(self, arrival: Arrival, status: int) -> bytes:
        message: Message = arrival.message
        port = arrival.way.port if arrival.way else 0
        headers = (
            [("Expires", message.get("expires") or "600")] if message.method == "SUBSCRIBE" and status == 200 else []
        )
        if message.method == "OPTIONS":
            headers = [("Allow", "REGISTER, MESSAGE, SUBSCRIBE, NOTIFY, OPTIONS")]
        return respond(message, status, peer=(arrival.peer, port), tag=tag_of(message), headers=headers)

    def _known(self, hearing: Hearing, peer: Peer, arrival: Arrival) -> bool:
        """Whether the message may be the peer's: from where it registered, or (by datagram) from a new address.

        A new address must be confirmed by a registration within one expiry; commands go to the newest.
        """
        row = peer.row
        if not peer.registered:
            return False
        if row.host != arrival.peer:
            if row.transport == "tcp" or arrival.transport == "tcp":
                return False
            peer.strange_since = peer.strange_since or hearing.now
            span = (row.expires_at - row.registered_at) if row.expires_at and row.registered_at else timedelta(hours=1)
            if hearing.now - peer.strange_since > max(span, timedelta(minutes=5)):
                return False
        peer.way = arrival.way
        return True

    def _take(self, hearing: Hearing, peer: Peer, reading: Reading, monotonic: float) -> None:
        """A message of a registered peer: a sign of life, and what it says."""
        if peer.heard_at is None:
            self.asking.welcome(peer, monotonic, hearing.now, fresh=False)
        peer.heard_at = hearing.now
        trust: Trust = "registered" if peer.strange_since else "authenticated"
        body, count = reading.body, len(hearing.envelopes)
        if peer.strange_since:
            reading.notes.append("address-unconfirmed")
        if peer.row.expires_at and hearing.now > peer.row.expires_at:
            reading.notes.append("registration-expired")
        if reading.outcome == "quarantined":
            self._set_aside(hearing, peer, reading)
        elif reading.outcome in ("unsupported", "dropped"):
            self.counts[reading.reason] += 1
        elif body is not None:
            device = body.device or peer.identity
            hearing.envelopes += mapping.envelopes(
                reading, received_at=hearing.now, source=peer.channel_source(device), trust=trust,
                input_kind=self._input_kind(peer, device),
            )  # fmt: skip
            self._meaning(hearing, peer, reading, body, monotonic)
        if all(envelope.source != peer.source for envelope in hearing.envelopes[count:]):
            hearing.say(peer.source, "status.heartbeat", "heard", trust=trust)
        if answers.wants_response(reading) and body is not None:
            self._respond(hearing, peer, reading, body, monotonic)

    def _input_kind(self, peer: Peer, device: str) -> str:
        kinds = peer.settings.get("inputs")
        return str(kinds.get(device) or "alarm.general") if isinstance(kinds, dict) else "alarm.general"

    def _set_aside(self, hearing: Hearing, peer: Peer, reading: Reading) -> None:
        hearing.notes.append(Note(peer.source, reading.reason, reading.raw, f"from {peer.row.host}"))
        self._channels(
            hearing, peer, catalogue.upserts(peer.identity, reading.recovered, hearing.now, "recovered", self.own.id)
        )

    def _meaning(self, hearing: Hearing, peer: Peer, reading: Reading, body: Body, monotonic: float) -> None:
        command = (body.root, body.command)
        if command == ("Notify", "Keepalive"):
            self._keepalive(hearing, peer, body)
        elif command == ("Response", "Catalog"):
            self._catalogue(hearing, peer, body, monotonic)
        elif command == ("Notify", "Catalog"):
            self._channels(hearing, peer, catalogue.upserts(
                peer.identity, body.items("DeviceList"), hearing.now, "notify", self.own.id))  # fmt: skip
        elif command == ("Response", "DeviceInfo"):
            self._device_info(hearing, peer, body)
        elif command == ("Response", "ConfigDownload"):
            self._heartbeat_said(hearing, peer, body)
        elif command == ("Response", "DeviceStatus"):
            peer.row.status_at = hearing.now
            hearing.change(peer)
        if (reading.message.get("subscription-state") or "").lower().startswith("terminated"):
            self.asking.terminated(peer, monotonic)

    def _keepalive(self, hearing: Hearing, peer: Peer, body: Body) -> None:
        """What stands behind a recorder is there as long as it is, and its catalogue does not say otherwise."""
        info = body.tree.get("Info")
        named = info.get("DeviceID") if isinstance(info, dict) else None
        faulty = set(named) if isinstance(named, list) else {named} if named else set()
        for number, channel in peer.channels.items():
            if not channel.registered:
                continue
            source = f"{peer.source}/{number}"
            if channel.status not in ABSENT:
                hearing.say(source, "status.heartbeat", "recorder", body=body.sn)
            if (number in faulty) != channel.faulty:
                channel.faulty = number in faulty
                hearing.say(source, "fault.device", phase="raised" if channel.faulty else "restored", code="keepalive")

    def _catalogue(self, hearing: Hearing, peer: Peer, body: Body, monotonic: float) -> None:
        key = (peer.identity, body.sn)
        collector = self.asking.collectors.setdefault(key, Collector(expected=1, last=monotonic))
        empty = body.text("SumNum") == "0"
        if empty:
            collector.expected = 0
        collector.take(body, monotonic)
        self._channels(hearing, peer, catalogue.upserts(
            peer.identity, body.items("DeviceList"), hearing.now, "catalogue", self.own.id))  # fmt: skip
        if not collector.complete:
            return
        del self.asking.collectors[key]
        gone = [] if empty else [number for number in peer.channels if number not in collector.seen]
        self._channels(hearing, peer, [
            catalogue.Upsert(peer.identity, number, "GONE", hearing.now, "catalogue", bare=True) for number in gone])  # fmt: skip
        self.asking.whole(peer, monotonic)
        self._catalogue_is(hearing, peer, collector, "complete")

    def _catalogue_is(self, hearing: Hearing, peer: Peer, collector: Collector, state: str) -> None:
        row = peer.row
        row.catalogue_at, row.catalogue_state = hearing.now, state
        row.catalogue_sum, row.catalogue_seen = collector.expected, len(collector.seen)
        hearing.change(peer)

    def _channels(self, hearing: Hearing, peer: Peer, said: list[catalogue.Upsert]) -> None:
        """Keep channels; where one is other than before, say so with the reason."""
        hearing.upserts += said
        hearing.touched.add(peer.identity)
        if said:
            hearing.change(peer)
        for one in said:
            channel = peer.channels.setdefault(one.number, Channel(one.status))
            before, channel.status = channel.status, one.status
            if not channel.registered:
                continue
            if one.status in ABSENT:
                hearing.say(f"{peer.source}/{one.number}", "status.offline", f"{one.by}:{one.status}")
            elif before in ABSENT:
                hearing.say(f"{peer.source}/{one.number}", "status.online", f"{one.by}:{one.status}")

    def _device_info(self, hearing: Hearing, peer: Peer, body: Body) -> None:
        row = peer.row
        row.name = body.text("DeviceName")[:200] or row.name
        row.manufacturer = body.text("Manufacturer")[:120] or row.manufacturer
        row.model, row.firmware = body.text("Model")[:120] or row.model, body.text("Firmware")[:120] or row.firmware
        hearing.change(peer)

    def _heartbeat_said(self, hearing: Hearing, peer: Peer, body: Body) -> None:
        """Its own heartbeat, within limits: illegal values made devices fall off elsewhere (lesson L32)."""
        seconds = number_of(body.text("BasicParam", "HeartBeatInterval"))
        misses = number_of(body.text("BasicParam", "HeartBeatCount"))
        row = peer.row
        before = row.heartbeat_seconds, row.heartbeat_misses
        if seconds:
            row.heartbeat_seconds = min(max(seconds, HEARTBEAT[0]), HEARTBEAT[1])
        if misses:
            row.heartbeat_misses = min(max(misses, MISSES[0]), MISSES[1])
        if (row.heartbeat_seconds, row.heartbeat_misses) != before:
            hearing.intervals[peer.identity] = max(1, round(row.heartbeat_seconds * row.heartbeat_misses / 3))
        hearing.change(peer)

    def _respond(self, hearing: Hearing, peer: Peer, reading: Reading, body: Body, monotonic: float) -> None:
        """An alarm gets a message of its own; a mute input is reset in time, or its next real alarm would be lost."""
        fields = {"CmdType": "Alarm", "SN": body.sn, "DeviceID": body.device, "Result": "OK"}
        self.asking.message(hearing, peer, "Response", fields)
        if answers.wants_reset(reading) and body.device not in peer.row.owed and len(peer.row.owed) < 256:
            peer.row.owed[body.device] = (hearing.now + RESET_AFTER).isoformat()
            hearing.change(peer)
            self.asking.plan(peer, f"Reset {body.device}", monotonic + RESET_AFTER.total_seconds())

    def tick(self, hearing: Hearing, monotonic: float) -> None:
        """Every few seconds: probe the silent, notice broken connections and unfinished catalogues."""
        for identity, there in self.told:
            self._probed(hearing, identity, there)
        self.told.clear()
        for peer in self.peers.values():
            if peer.registered and peer.heard_at is not None:
                self._look(hearing, peer)
        for identity, collector in self.asking.sweep(monotonic):
            peer_ = self.peers.get(identity)
            if peer_ is not None:
                self._catalogue_is(hearing, peer_, collector, "partial")
                self.asking.again(peer_, monotonic)
        self.upward.tick(hearing, monotonic)

    def _look(self, hearing: Hearing, peer: Peer) -> None:
        way, heard = peer.way, peer.heard_at
        if way is not None and not way.alive and peer.row.transport == "tcp":
            peer.way = None
            hearing.say(peer.source, "status.late", "connection-closed")
            return
        silent = (hearing.now - heard).total_seconds() if heard else 0.0
        if way is None or silent < peer.patience or silent > 12 * peer.patience:
            return
        probed = peer.row.probed_at
        if probed is None or hearing.now - probed > PROBE_AGAIN:
            peer.row.probed_at = hearing.now
            self.asking.probe(hearing, peer, lambda there: self.told.append((peer.identity, there)))

    def _probed(self, hearing: Hearing, identity: str, there: bool) -> None:
        """Silent, but it answers when asked: then it is there, and the reason is kept."""
        peer = self.peers.get(identity)
        if peer is None:
            return
        peer.row.probe_answered = there
        hearing.change(peer)
        if there:
            peer.heard_at = hearing.now
            hearing.say(peer.source, "status.online", "probe-answered")
