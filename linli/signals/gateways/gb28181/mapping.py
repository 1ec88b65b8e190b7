"""What a device says → envelopes of the signal log. Presence and catalogues are settled by the platform (`platform`)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from linli.signals.envelope import Envelope, Phase, Trust
from linli.signals.gateways.gb28181.body import Body, Tree
from linli.signals.gateways.gb28181.reading import Reading

CITY = (116.6, 29.5, 118.1, 31.0)
"""West, south, east, north of the city with its surroundings: a point outside is no fix (lesson L33)."""
_WRONG_CLOCK = timedelta(minutes=10)
_SKEW = 60
# (AlarmMethod, AlarmType) → kind; a method alone is for every type that is not listed (A.2.5.3).
ALARMS = {
    ("2", "1"): "fault.video_loss",
    ("2", "2"): "alarm.tamper",
    ("2", "3"): "fault.storage",
    ("2", "4"): "fault.temperature",
    ("2", "5"): "fault.temperature",
    ("5", "2"): "alarm.intrusion",
    ("5", "3"): "alarm.object",
    ("5", "4"): "alarm.object",
    ("5", "5"): "alarm.intrusion",
    ("5", "6"): "alarm.intrusion",
    ("5", "7"): "alarm.wrong_way",
    ("5", "9"): "crowd.density",
    ("5", "10"): "crowd.density",
    ("5", "11"): "fault.image",
    ("5", "13"): "fault.image",
    ("6", "1"): "fault.storage",
    ("6", "2"): "fault.device",
}
INPUT_KINDS = frozenset({"alarm.intrusion", "alarm.fire", "alarm.panic", "alarm.gas", "alarm.water", "alarm.general"})
QUIET = frozenset(
    {"Catalog", "DeviceInfo", "ConfigDownload", "DeviceControl", "DeviceConfig", "UploadSnapShotFinished"}
)
"""Commands that are kept in the peer's own record, not in the log."""
_DISK_FAULTS = frozenset({"error", "unformatted"})


def envelopes(
    reading: Reading, *, received_at: datetime, source: str, trust: Trust, input_kind: str = "alarm.general"
) -> list[Envelope]:
    """The envelopes of a decoded message about a device; [] when it says nothing for the log.

    `source`: the sender as the register knows it; `input_kind`: what the alarm input of this device means.
    """
    body = reading.body
    if body is None or reading.outcome != "decoded" or body.root == "Query" or body.command in QUIET:
        return []
    found = [
        _envelope(reading, body, number, kind, phase, values, received_at, source, trust)
        for number, (kind, phase, values) in enumerate(_said(body, input_kind))
    ]
    return found


_Item = tuple[str, Phase, dict[str, Any]]


def _said(body: Body, input_kind: str) -> list[_Item]:
    if body.command == "Keepalive":
        return [("status.heartbeat", "info", {"status": body.text("Status")})]
    if body.command == "Alarm" and body.root == "Notify":
        return [_alarm(body, input_kind)]
    if body.command == "DeviceStatus":
        return [_status(body)]
    if body.command == "SDCardStatus":
        return [_disk(item) for item in _disks(body)]
    if body.root == "Response" and body.command in ("Alarm", "Keepalive"):
        return []
    return [("unknown", "info", {"code": body.command[:80], "format": "MANSCDP"})]


def _alarm(body: Body, input_kind: str) -> _Item:
    method, type_ = body.text("AlarmMethod"), body.text("Info", "AlarmType")
    kind = ALARMS.get((method, type_), "alarm.general")
    if method == "2" and not type_ and input_kind in INPUT_KINDS:
        kind = input_kind
    event = body.text("Info", "AlarmTypeParam", "EventType")
    values = {
        "code": f"{method}/{type_}" if type_ else method,
        "format": "GB28181",
        "severity": int(priority) if (priority := body.text("AlarmPriority")) in ("1", "2", "3", "4") else None,
        "text": body.text("AlarmDescription")[:1000] or None,
        "device_time": body.text("AlarmTime")[:40] or None,
        "event": {"1": "enters", "2": "leaves"}.get(event),
        "more": body.text("ExtraInfo")[:1024] or None,
    }
    return kind, "raised", values


def _status(body: Body) -> _Item:
    """What the device says of itself; None = it did not say, which counts as not measured."""
    online = {"ONLINE": True, "OFFLINE": False}.get(body.text("Online").upper())
    sound = {"OK": True, "ERROR": False}.get(body.text("Status").upper())
    encodes = body.text("Encode").upper() != "OFF"
    intact = None if sound is None or online is None else bool(online and sound and encodes)
    values = {
        "online": online,
        "intact": intact,
        "encodes": encodes if body.text("Encode") else None,
        "records": body.text("Record").upper() == "ON" if body.text("Record") else None,
        "text": body.text("Reason")[:1000] or None,
        "device_time": body.text("DeviceTime")[:40] or None,
        "inputs": {item["DeviceID"]: item.get("DutyStatus") for item in _inputs(body)} or None,
    }
    return "status.device", "info", values


def _inputs(body: Body) -> list[Tree]:
    return [item for item in body.items("Alarmstatus")[:64] if isinstance(item.get("DeviceID"), str)]


def _disks(body: Body) -> list[Tree]:
    for name in ("SDCardStatusInfo", "SDCardStatus", "SDCardList"):
        items = body.items(name)
        if items:
            return items[:32]
    return []


def _disk(item: Tree) -> _Item:
    """One storage card: its fault begins or ends."""
    state = str(item.get("Status") or "").lower()
    phase: Phase = "raised" if state in _DISK_FAULTS else "restored"
    values = {"zone": str(item.get("ID") or "")[:80] or None, "text": str(item.get("HddName") or "")[:80] or None,
              "status": state, "capacity_mb": item.get("Capacity"), "free_mb": item.get("FreeSpace")}  # fmt: skip
    return "fault.storage", phase, values


def _envelope(
    reading: Reading, body: Body, number: int, kind: str, phase: Phase, values: dict[str, Any],
    received_at: datetime, source: str, trust: Trust,
) -> Envelope:  # fmt: skip
    said = reading.said_at
    skew = (said - received_at).total_seconds() if said else None
    wrong = said is not None and abs(said - received_at) > _WRONG_CLOCK
    notes = list(reading.notes)
    point = _point(body)
    if point is not None and not inside(point):
        notes.append("place:outside-the-city")
        point = None
    kept = {name: value for name, value in values.items() if value is not None}
    if "secret-blanked" in notes:
        kept["redacted"] = True
    return Envelope(
        protocol="gb28181",
        source=source,
        sequence=f"{body.command}:{body.sn}:{number}"[:80],
        kind=kind,
        phase=phase,
        occurred_at=said if said is not None and not wrong else received_at,
        received_at=received_at,
        values=kept | {"device": body.device[:40]},
        deviations=tuple(notes),
        trust=trust,
        place=point,
        raw=None if kind == "status.heartbeat" else reading.raw[: 64 * 1024],
        body=hashlib.blake2b(reading.message.body, digest_size=16).digest(),
        item=number,
        clock_skew_seconds=skew if skew is not None and abs(skew) > _SKEW else None,
    )


def _point(body: Body) -> tuple[float, float] | None:
    try:
        return float(body.text("Longitude")), float(body.text("Latitude"))
    except ValueError:
        return None


def inside(point: tuple[float, float]) -> bool:
    """Whether a point (lng, lat) lies in the city or near it."""
    west, south, east, north = CITY
    return west <= point[0] <= east and south <= point[1] <= north
