"""What the platform answers to a message: the status by its reading, and what it says next. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.signals.gateways.gb28181.building import VERSION
from linli.signals.gateways.gb28181.reading import Reading

_TAKEN = ("MESSAGE", "NOTIFY", "SUBSCRIBE", "OPTIONS")


def status_of(reading: Reading) -> int | None:
    """The status of the answer; None = none is due (a response, an ACK).

    What is kept in quarantine is answered 200: it is durable, and a 400 makes devices repeat the same text for ever.
    Media is never given: an INVITE is refused (403), unless an approved retrieval hands it to the media platform.
    """
    message = reading.message
    if not message.is_request or message.method == "ACK":
        return None
    if reading.reason == "sender-not-registered":
        return 403
    if message.method == "REGISTER":
        return 401
    if message.method in _TAKEN:
        return 200
    if message.method in ("INVITE", "INFO"):
        return 403
    return 481 if message.method in ("BYE", "CANCEL") else 405


def wants_response(reading: Reading) -> bool:
    """An alarm is answered by a message of its own (9.4)."""
    body = reading.body
    return (
        reading.outcome in ("decoded", "dropped")
        and reading.reason != "sender-not-registered"
        and body is not None
        and (body.root, body.command) == ("Notify", "Alarm")
    )


def wants_reset(reading: Reading) -> bool:
    """After AlarmMethod 2 a device is mute until it is reset (note under A.2.5.3)."""
    body = reading.body
    return wants_response(reading) and body is not None and body.text("AlarmMethod") == "2"


def described(reading: Reading, now: datetime) -> dict[str, Any] | None:
    """The answer in the words of the vectors."""
    status = status_of(reading)
    if status is None:
        return None
    said: dict[str, Any] = {"status": status, "body": None}
    if status == 401:
        said["www_authenticate"] = ["Digest", "realm", "nonce", "algorithm=MD5"]
    if reading.message.method == "REGISTER":
        said["x_gb_ver"] = VERSION
    if wants_response(reading):
        said["then_send"] = {
            "method": "MESSAGE", "root": "Response", "CmdType": "Alarm", "SN": "same", "DeviceID": "same", "Result": "OK",
        }  # fmt: skip
    if wants_reset(reading):
        said["then_control"] = {"CmdType": "DeviceControl", "AlarmCmd": "ResetAlarm"}
    return said
