"""What one message says, judged in the order of the protocol's file: sender, charset, XML, ownership, secrets. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from linli.signals.gateways.gb28181 import body as bodies
from linli.signals.gateways.gb28181.body import Body, Tree
from linli.signals.gateways.gb28181.identifiers import is_device
from linli.signals.gateways.gb28181.sip import Message

BEIJING = ZoneInfo("Asia/Shanghai")
Outcome = Literal["decoded", "unsupported", "quarantined", "dropped"]
AHEAD = timedelta(minutes=10)
_TIMES = ("AlarmTime", "Time", "DeviceTime")
# Judges how a person behaves: not accepted, counted (AlarmMethod 5, AlarmType 8 «loitering»).
BEHAVIOUR = ("5", "8")


@dataclass(slots=True)
class Reading:
    """One message and what is to be made of it. `raw`: its bytes with secrets blanked, of equal length."""

    message: Message
    outcome: Outcome = "decoded"
    reason: str = ""
    body: Body | None = None
    notes: list[str] = field(default_factory=list)
    recovered: list[Tree] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """The id in From."""
        return self.message.from_.user

    @property
    def raw(self) -> bytes:
        """What may be kept."""
        return bodies.blanked(self.message.raw)

    @property
    def said_at(self) -> datetime | None:
        """The device's own time in the body, Beijing time; None when it says none that can be read."""
        if self.body is None:
            return None
        return next((moment for name in _TIMES if (moment := moment_of(self.body.text(name)))), None)


def moment_of(text: str) -> datetime | None:
    """An ISO date and time without zone is Beijing time (9.10.3)."""
    try:
        moment = datetime.fromisoformat(text.strip()) if len(text) >= 16 else None
    except ValueError:
        return None
    return moment.replace(tzinfo=BEIJING) if moment and moment.tzinfo is None else moment


def owns_by_division(sender: str, device: str) -> bool:
    """Without a catalogue at hand: a sender owns what shares its first six digits."""
    return device[:6] == sender[: min(6, len(device))]


def read(
    message: Message,
    *,
    now: datetime,
    registered: Callable[[Message], bool],
    owns: Callable[[str, str], bool] = owns_by_division,
) -> Reading:
    """Judge a message received at `now`. `registered(message)`: its sender has registered and speaks from where it did."""
    reading = Reading(message, notes=list(message.notes))
    if message.is_request and message.method not in ("REGISTER", "OPTIONS", "ACK") and not registered(message):
        reading.outcome, reading.reason = "dropped", "sender-not-registered"
        return reading
    if message.is_xml:
        _read_body(reading)
    if reading.body is not None:
        _judge(reading, reading.body, now, owns)
    return reading


def _read_body(reading: Reading) -> None:
    try:
        reading.body = bodies.read(reading.message.body)
    except bodies.Refused as fault:
        reading.outcome, reading.reason, reading.recovered = "quarantined", fault.reason, fault.recovered
        reading.notes += fault.notes
        return
    reading.notes += reading.body.notes


def _judge(reading: Reading, body: Body, now: datetime, owns: Callable[[str, str], bool]) -> None:
    said, device = reading.said_at, body.device
    if said is not None and said - now > AHEAD:
        reading.notes.append("clock-skew-kept")
    if body.root in ("Notify", "Response") and device and device != reading.sender and not owns(reading.sender, device):
        reading.outcome, reading.reason = "quarantined", "device-not-owned-by-sender"
    elif body.command == "MobilePosition":
        reading.outcome, reading.reason = "unsupported", "position-of-no-unit-on-duty"
    elif body.command == "Alarm" and (body.text("AlarmMethod"), body.text("Info", "AlarmType")) == BEHAVIOUR:
        reading.outcome, reading.reason = "dropped", "judges-behaviour"
    elif body.root != "Query" and not is_device(device) and not _is_short(device):
        reading.notes.append("device-number-unusual")


def _is_short(device: str) -> bool:
    """An area or a 10-digit domain, as an alarm may name."""
    return device.isascii() and device.isdigit() and len(device) in (2, 4, 6, 8, 10)
