"""Upward cascade (9.1, annex N): the house registers with an upper platform and gives it the shared part of its catalogue.

Media never: an INVITE of the upper is 403 here; it asks the media platform. Only shared assets go up, no password, no
address of a device. An upper is asked for nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linli.signals.gateways.gb28181 import body as bodies
from linli.signals.gateways.gb28181.building import VERSION, Own, request, xml
from linli.signals.gateways.gb28181.digest import ALGORITHMS, Credentials, response
from linli.signals.gateways.gb28181.hearing import Hearing, Sending
from linli.signals.gateways.gb28181.sip import Message
from linli.signals.gateways.rim import Arrival, Way

EXPIRES, REFRESH, KEEPALIVE, MISSES, RETRY = 86_400, 0.8, 60.0, 3, 60.0
AT_ONCE = 20
"""Catalogue records in one message: a datagram stays readable."""
Item = dict[str, object]


@dataclass(slots=True)
class Upper:
    """An upper platform by agreement: who, where, as whom; `items` gives what is shared with it now."""

    id: str
    host: str
    port: int
    username: str
    password: str
    way: Way | None = None
    transport: str = "udp"
    items: Callable[[], Sequence[Item]] = tuple
    state: str = "away"
    since: datetime | None = None
    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    cseq: int = 0
    sn: int = 0
    next_register: float = 0.0
    next_keepalive: float = 0.0
    missed: int = 0
    subscribed_until: float = 0.0
    subscription: Message | None = None
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """Its address of record."""
        return f"sip:{self.id}@{self.id[:10]}"


class Upward:
    """Our registrations with upper platforms and their questions."""

    def __init__(self, own: Own) -> None:
        self.own = own
        self.uppers: dict[str, Upper] = {}
        self._now = 0.0
        self._waiting: list[tuple[str, str, Message | None]] = []

    def is_upper(self, identity: str, host: str) -> bool:
        """Whether a message comes from an upper platform, from where the agreement says."""
        upper = self.uppers.get(identity)
        return upper is not None and upper.host == host

    def tick(self, hearing: Hearing, now: float) -> None:
        """Register, refresh at 80 %, keep alive; after three missed keep-alives register anew."""
        self._now = now
        self.settle(hearing)
        for upper in self.uppers.values():
            if upper.way is None or not upper.way.alive:
                continue
            if now >= upper.next_register:
                upper.next_register = now + RETRY
                self._register(hearing, upper, None)
            elif upper.state == "registered":
                if now >= upper.next_keepalive:
                    upper.next_keepalive = now + KEEPALIVE
                    self._keepalive(hearing, upper)
                self._notify_changes(hearing, upper, now)

    def settle(self, hearing: Hearing) -> None:
        """Carry out what answers of uppers mean."""
        waiting, self._waiting = self._waiting, []
        for identity, what, answer in waiting:
            upper = self.uppers.get(identity)
            if upper is not None:
                (self._registered if what == "REGISTER" else self._kept_alive)(hearing, upper, answer)

    def hear(self, hearing: Hearing, arrival: Arrival, answer: Callable[[Arrival, int], bytes]) -> bytes:
        """A request of an upper: its questions are answered, media and control are refused."""
        message: Message = arrival.message
        upper = self.uppers[message.from_.user]
        upper.way = arrival.way or upper.way
        if message.method in ("INVITE", "INFO"):
            return answer(arrival, 403)
        if message.method == "ACK":
            return b""
        if message.method not in ("MESSAGE", "SUBSCRIBE", "OPTIONS"):
            return answer(arrival, 481)
        try:
            body = bodies.read(message.body) if message.is_xml else None
        except bodies.Refused:
            return answer(arrival, 400)
        if message.method == "SUBSCRIBE":
            return self._subscribed(upper, arrival, answer)
        if body is not None and body.root == "Query":
            self._question(hearing, upper, body)
        elif body is not None and body.root == "Control":
            return answer(arrival, 403)
        return answer(arrival, 200)

    def _question(self, hearing: Hearing, upper: Upper, body: bodies.Body) -> None:
        common = {"CmdType": body.command, "SN": body.sn, "DeviceID": body.device}
        if body.command == "Catalog":
            self._catalogue(hearing, upper, common)
        elif body.command == "DeviceInfo":
            said = {"Result": "OK", "DeviceName": "Linli", "Manufacturer": "Linli", "Model": "Linli", "Firmware": VERSION,
                    "Channel": len(upper.items())}  # fmt: skip
            self._message(hearing, upper, "Response", common | said)
        elif body.command == "DeviceStatus":
            said = {"Result": "OK", "Online": "ONLINE", "Status": "OK", "Encode": "OFF", "Record": "OFF"}
            self._message(hearing, upper, "Response", common | said)
        else:
            self._message(hearing, upper, "Response", common | {"Result": "ERROR"})

    def _catalogue(self, hearing: Hearing, upper: Upper, common: dict[str, str]) -> None:
        items = list(upper.items())
        if not items:
            self._message(hearing, upper, "Response", common | {"SumNum": 0})
        for start in range(0, len(items), AT_ONCE):
            said = common | {"SumNum": len(items), "DeviceList": items[start : start + AT_ONCE]}
            self._message(hearing, upper, "Response", said)
        upper.shown = {str(item["DeviceID"]): str(item["Status"]) for item in items}

    def _subscribed(self, upper: Upper, arrival: Arrival, answer: Callable[[Arrival, int], bytes]) -> bytes:
        message: Message = arrival.message
        if not (message.get("event") or "").lower().startswith("catalog"):
            return answer(arrival, 489)
        lease = message.expires if message.expires is not None else 600
        upper.subscription = message if lease else None
        upper.subscribed_until = self._now + lease
        upper.shown = {str(item["DeviceID"]): str(item["Status"]) for item in upper.items()}
        return answer(arrival, 200)

    def _notify_changes(self, hearing: Hearing, upper: Upper, now: float) -> None:
        """NOTIFY what has come, gone or changed (annex N): at most a hundred changes at once."""
        if upper.subscription is None or now >= upper.subscribed_until:
            return
        items = {str(item["DeviceID"]): item for item in upper.items()}
        changed: list[Item] = []
        for number, item in items.items():
            before, status = upper.shown.get(number), str(item["Status"])
            if before != status:
                changed.append({**item, "Event": "ADD" if before is None else status})
        changed += [{"DeviceID": number, "Event": "DEL"} for number in upper.shown.keys() - items.keys()]
        for item in changed[:100]:
            upper.shown[str(item["DeviceID"])] = str(item.get("Status"))
            if item["Event"] == "DEL":
                del upper.shown[str(item["DeviceID"])]
        if changed:
            self._notify(hearing, upper, changed[:100])

    def _notify(self, hearing: Hearing, upper: Upper, items: list[Item]) -> None:
        asked = upper.subscription
        assert asked is not None
        upper.sn += 1
        fields = {
            "CmdType": "Catalog",
            "SN": upper.sn,
            "DeviceID": self.own.id,
            "SumNum": len(items),
            "DeviceList": items,
        }
        headers = [("Event", asked.get("event") or "Catalog"), ("Subscription-State", "active")]
        self._send(hearing, upper, "NOTIFY", xml("Notify", fields, modern=True), headers, call_id=asked.call_id,
                   tag="linli", to_tag=asked.from_.tag or "")  # fmt: skip

    def _keepalive(self, hearing: Hearing, upper: Upper) -> None:
        upper.sn += 1
        fields = {"CmdType": "Keepalive", "SN": upper.sn, "DeviceID": self.own.id, "Status": "OK"}
        self._message(hearing, upper, "Notify", fields, what="KEEPALIVE")

    def _kept_alive(self, hearing: Hearing, upper: Upper, answer: Message | None) -> None:
        upper.missed = 0 if answer is not None and answer.status == 200 else upper.missed + 1
        if upper.missed >= MISSES or (answer is not None and answer.status in (401, 403)):
            upper.state, upper.missed, upper.next_register = "away", 0, 0.0

    def _registered(self, hearing: Hearing, upper: Upper, answer: Message | None) -> None:
        if answer is None:
            upper.state = "away"
        elif answer.status == 200:
            lease = answer.expires or EXPIRES
            upper.state, upper.since, upper.missed = "registered", hearing.now, 0
            upper.next_register = self._now + lease * REFRESH
            upper.next_keepalive = self._now + KEEPALIVE
        elif answer.status == 401 and upper.state != "answering":
            upper.state = "answering"
            self._register(hearing, upper, answer)
        else:
            upper.state = "refused"

    def _register(self, hearing: Hearing, upper: Upper, challenge: Message | None) -> None:
        headers = [("Contact", f"<{self.own.contact}>"), ("Expires", str(EXPIRES)), ("X-GB-Ver", VERSION)]
        target = upper.uri
        if challenge is None:
            upper.state = "asking"
        else:
            proof = _authorization(challenge, upper, target)
            if not proof:
                upper.state = "refused"
                return
            headers.append(("Authorization", proof))
        upper.cseq += 1
        self._send(hearing, upper, "REGISTER", b"", headers, call_id=upper.call_id, tag=upper.tag, cseq=upper.cseq,
                   to=self.own.uri)  # fmt: skip

    def _message(
        self, hearing: Hearing, upper: Upper, root: str, fields: Mapping[str, object], what: str = "MESSAGE"
    ) -> None:
        self._send(hearing, upper, "MESSAGE", xml(root, fields, modern=True), [], what=what)

    def _send(
        self, hearing: Hearing, upper: Upper, method: str, body: bytes, headers: list[tuple[str, str]], *,
        call_id: str = "", tag: str = "", to_tag: str = "", cseq: int = 1, to: str = "", what: str = "",
    ) -> None:  # fmt: skip
        if upper.way is None:
            return
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        over_udp = upper.transport != "tcp"
        data = request(
            method, upper.uri, own=self.own, to=to or upper.uri, branch=branch, tag=tag or secrets.token_hex(4),
            to_tag=to_tag, call_id=call_id or secrets.token_hex(8), cseq=cseq, headers=headers, body=body,
            transport="UDP" if over_udp else "TCP",
        )  # fmt: skip
        waits = what or method

        def then(answer: Message | None) -> None:
            if waits in ("REGISTER", "KEEPALIVE"):
                self._waiting.append((upper.id, waits, answer))

        hearing.sendings.append(Sending(upper.way, data, branch, then, over_udp))


def _authorization(challenge: Message, upper: Upper, uri: str) -> str:
    """Our answer to the upper's challenge; "" when it asks for what we cannot give (certificates: GB 35114)."""
    for header in challenge.all("www-authenticate"):
        asked = Credentials.parse(header + ', username="", uri="", response=""')
        if asked is None or asked.algorithm not in ALGORITHMS:
            continue
        qop = "auth" if "auth" in asked.qop.split(",") else ""
        nc, cnonce = ("00000001", secrets.token_hex(8)) if qop else ("", "")
        proof = response(
            asked.algorithm, upper.username, asked.realm, upper.password, "REGISTER", uri, asked.nonce, qop, nc, cnonce
        )
        said = (
            f'Digest username="{upper.username}", realm="{asked.realm}", nonce="{asked.nonce}", uri="{uri}",'
            f' response="{proof}", algorithm={asked.algorithm}'
        )
        return said + (f', qop={qop}, nc={nc}, cnonce="{cnonce}"' if qop else "")
    return ""
