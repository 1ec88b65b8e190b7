"""Simulated cameras for `linli simulate gb28181`: they register, keep alive, raise alarms and answer what they are asked."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime

from linli.signals.gateways.gb28181 import body as bodies
from linli.signals.gateways.gb28181.building import Own, beijing_seconds, request, respond, xml
from linli.signals.gateways.gb28181.digest import Credentials, response
from linli.signals.gateways.gb28181.framing import StreamReader
from linli.signals.gateways.gb28181.peers import seal_password
from linli.signals.gateways.gb28181.sip import Message
from linli.signals.simulating.device import Heard, Say, Transport, What
from linli.signals.simulating.enrolling import Enrolled, enrol

ASSET_TYPE = "video_register.camera"
HOUSE = "34170000002000000001"
PLACES = ("341702", "341721", "341722", "341723")


def number_of(number: int) -> str:
    """The 20-digit number of camera `number`, spread over the counties; 9 stands for «own» in the industry."""
    return f"{PLACES[number % 4]}00901320{number:06d}"


def password(number: int) -> str:
    """The password of camera `number`. Only for simulations."""
    return hashlib.blake2b(f"simulated camera {number}".encode(), digest_size=9).hexdigest()


class SimulatedCamera:
    """One network camera of the 2022 edition. `fields`: answers to questions, by command."""

    def __init__(self, identity: str, secret: str, chance: random.Random, house: str = HOUSE) -> None:
        self.identity, self._secret, self._house, self._chance = identity, secret, house, chance
        self.ready = False
        self._reader = StreamReader()
        self._own = Own(identity, "127.0.0.1", 5060)
        self._calls = self._sn = 0
        self._challenge: Credentials | None = None
        self._refused = 0
        self.asked: list[str] = []
        self.channels: list[dict[str, object]] = []
        self.transport = "TCP"
        self.expires = 3600

    def hello(self, now: datetime) -> Sequence[Say]:
        """A registration without credentials: the challenge comes back."""
        self.ready, self._reader, self._refused, self._challenge = False, StreamReader(), 0, None
        return (self._register(),)

    def sign_off(self) -> Say:
        """A registration that ends it."""
        return self._register(0)

    def tell(self, what: What, now: datetime) -> Sequence[Say]:
        """A keep-alive, its condition, an alarm (trip wire; nothing to reset), or something broken."""
        if what == "rubbish":
            return (self._chance.choice(RUBBISH)(self, now),)
        self._sn += 1
        if what == "routine":
            fields: dict[str, object] = {
                "CmdType": "DeviceStatus",
                "SN": self._sn,
                "DeviceID": self.identity,
                **_sound(now),
            }
            return (self._message("Response", fields, "routine"),)
        if what == "alarm":
            fields = {"CmdType": "Alarm", "SN": self._sn, "DeviceID": self.identity, "AlarmPriority": 1, "AlarmMethod": 5,
                      "AlarmTime": beijing_seconds(now), "Info": {"AlarmType": 6}}  # fmt: skip
            return (self._message("Notify", fields, "alarm"),)
        fields = {"CmdType": "Keepalive", "SN": self._sn, "DeviceID": self.identity, "Status": "OK"}
        return (self._message("Notify", fields, "heartbeat"),)

    def hear(self, data: bytes, now: datetime) -> Heard:
        """Answers by the number of the call; questions of the platform are answered."""
        heard = Heard()
        if self.transport == "UDP":
            self._reader = StreamReader()
        for item in self._reader.feed(data):
            if isinstance(item, Message):
                (self._question if item.is_request else self._answer)(item, heard, now)
        return heard

    def _answer(self, said: Message, heard: Heard, now: datetime) -> None:
        key = said.call_id
        if said.cseq[1] == "REGISTER" and said.status == 401 and self._refused < 2:
            self._refused += 1
            self._challenge = Credentials.parse(
                (said.get("www-authenticate") or "") + ', username="", uri="", response=""'
            )
            heard.acknowledged.append(key)
            heard.say.append(self._register())
        elif said.status == 200:
            heard.acknowledged.append(key)
            if said.cseq[1] == "REGISTER":
                self.ready, self._refused = True, 0
        else:
            heard.refused.append(key)
            heard.hang_up = said.cseq[1] == "REGISTER"

    def _question(self, asked: Message, heard: Heard, now: datetime) -> None:
        heard.say.append(Say(respond(asked, 200, peer=("127.0.0.1", 0), tag="camera"), None, "routine", 0))
        if not asked.is_xml:
            self.asked.append(asked.method)
            return
        body = bodies.read(asked.body)
        self.asked.append(asked.method if asked.method == "SUBSCRIBE" else body.command)
        answer = self._said(body, now)
        if body.root == "Query" and asked.method == "MESSAGE" and answer:
            fields = {"CmdType": body.command, "SN": body.sn, "DeviceID": body.device, **answer}
            heard.say.append(self._message("Response", fields, "routine"))

    def _said(self, body: bodies.Body, now: datetime) -> dict[str, object]:
        if body.command == "DeviceInfo":
            return {"Result": "OK", "DeviceName": "演示摄像机", "Manufacturer": "演示", "Model": "SIM-1", "Firmware": "1.0",
                    "Channel": 1}  # fmt: skip
        if body.command == "DeviceStatus":
            return _sound(now)
        if body.command == "Catalog":
            return {"SumNum": len(self.channels), **({"DeviceList": self.channels} if self.channels else {})}
        if body.command == "ConfigDownload":
            basic = {"Name": "演示摄像机", "Expiration": 3600, "HeartBeatInterval": 60, "HeartBeatCount": 3}
            return {"Result": "OK", "BasicParam": basic}
        return {}

    def _register(self, expires: int | None = None) -> Say:
        headers = [("Contact", f"<sip:{self.identity}@127.0.0.1:5060>"),
                   ("Expires", str(self.expires if expires is None else expires)), ("X-GB-Ver", "3.0")]  # fmt: skip
        uri = f"sip:{self._house}@{self._house[:10]}"
        asked = self._challenge
        if asked is not None:
            self._calls += 1
            count, cnonce = f"{self._calls:08x}", f"{self._chance.getrandbits(32):08x}"
            proof = response(asked.algorithm, self.identity, asked.realm, self._secret, "REGISTER", uri, asked.nonce,
                             "auth", count, cnonce)  # fmt: skip
            said = (
                f'Digest username="{self.identity}", realm="{asked.realm}", nonce="{asked.nonce}", uri="{uri}",'
                f' response="{proof}", algorithm={asked.algorithm}, qop=auth, nc={count}, cnonce="{cnonce}"'
            )
            headers.append(("Authorization", said))
        return self._request("REGISTER", b"", "routine", headers, counts=int(asked is not None))

    def _message(self, root: str, fields: dict[str, object], what: str) -> Say:
        return self._request("MESSAGE", xml(root, fields, modern=True), what, [])

    def _request(self, method: str, body: bytes, what: str, headers: list[tuple[str, str]], counts: int = 1) -> Say:
        self._calls += 1
        call: Hashable = f"{self.identity[-6:]}-{self._calls}-{self._chance.getrandbits(32):08x}"
        own = self._own.uri if method == "REGISTER" else f"sip:{self._house}@{self._house[:10]}"
        data = request(
            method, f"sip:{self._house}@{self._house[:10]}", own=self._own, to=own, branch=f"z9hG4bK{call}", tag="camera",
            call_id=str(call), cseq=self._calls, transport=self.transport, headers=headers, body=body,
        )  # fmt: skip
        return Say(data, call, what, counts)


def _sound(now: datetime) -> dict[str, object]:
    return {"Result": "OK", "Online": "ONLINE", "Status": "OK", "Encode": "ON", "Record": "ON",
            "DeviceTime": beijing_seconds(now)}  # fmt: skip


def _entity(camera: SimulatedCamera, now: datetime) -> Say:
    """A document type: quarantined, answered 200."""
    body = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><Notify><CmdType>Keepalive</CmdType></Notify>'
    return camera._request("MESSAGE", body, "rubbish", [])


def _torn(camera: SimulatedCamera, now: datetime) -> Say:
    """A body that breaks off: quarantined, answered 200."""
    return camera._request("MESSAGE", b"<Notify><CmdType>Keepalive</CmdType><SN>1</SN>", "rubbish", [])


def _foreign(camera: SimulatedCamera, now: datetime) -> Say:
    """An alarm of somebody else's device: quarantined, answered 200."""
    fields = {"CmdType": "Alarm", "SN": 1, "DeviceID": "11010100001340000001", "AlarmMethod": 2}
    return camera._request("MESSAGE", xml("Notify", fields), "rubbish", [])


RUBBISH: tuple[Callable[[SimulatedCamera, datetime], Say], ...] = (_entity, _torn, _foreign)


class Cameras:
    """The simulated cameras (`device.Fleet`)."""

    transports: tuple[Transport, ...] = ("tcp", "udp")

    def device(self, number: int, chance: random.Random) -> SimulatedCamera:
        """Camera `number`."""
        return SimulatedCamera(number_of(number), password(number), chance)

    def register(self, count: int) -> int:
        """An asset and a line each, with its password; how many are new."""
        return enrol("gb28181", [_enrolled(number) for number in range(count)])


def _enrolled(number: int) -> Enrolled:
    identity = number_of(number)
    return Enrolled(
        identity=identity, number=f"SIM-GB-{number:06}", name=f"演示·模拟摄像机 {number:06}", type=ASSET_TYPE,
        line={"sealed_key": seal_password(identity, password(number))},
    )  # fmt: skip


FLEET = Cameras()
