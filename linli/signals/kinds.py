"""The vocabulary of signals: one for all protocols. Packs may add kinds; `linli.packs` installs both at start.

What a phase says is never a kind: there is no `restore.fire` and no `test.alarm`. Opening and closing name a user of
the unit by number, so they are forgotten after the shorter time (retention `person`).
"""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from linli.signals import values
from linli.signals.declarations import SignalKind, Values

HEARTBEAT = "status.heartbeat"
POSITION = "position"
ONLINE, LATE, OFFLINE = "status.online", "status.late", "status.offline"
MAINTENANCE, MUTED = "state.maintenance", "state.muted"
SUPERVISED, UNSUPERVISED = "status.supervised", "status.unsupervised"
# What the house alone finds out, and what its people alone decide.
OF_THE_HOUSE = frozenset({ONLINE, LATE, OFFLINE, SUPERVISED, UNSUPERVISED, MAINTENANCE, MUTED, "security.sender"})


def _kind(
    key: str,
    label: Any,
    model: type[Values] = values.Device,
    retention: Literal["track", "person", "record"] = "record",
) -> SignalKind:
    return SignalKind(key=key, label=label, values=model, retention=retention)


HOUSE_KINDS: tuple[SignalKind, ...] = (
    _kind("alarm.fire", _("fire alarm")),
    _kind("alarm.gas", _("gas alarm")),
    _kind("alarm.electrical_fire", _("electrical fire alarm")),
    _kind("alarm.panic", _("panic alarm")),
    _kind("alarm.medical", _("medical alarm")),
    _kind("alarm.intrusion", _("intrusion alarm")),
    _kind("alarm.water", _("water leak alarm")),
    _kind("alarm.water_level", _("water level alarm"), values.WaterLevel),
    _kind("alarm.environment", _("environment alarm")),
    _kind("alarm.tamper", _("tamper alarm")),
    _kind("alarm.object", _("object left or taken")),
    _kind("alarm.wrong_way", _("wrong way")),
    _kind("alarm.general", _("alarm of no stated nature")),
    _kind("alarm.danger", _("danger reported by a crew")),
    _kind("alarm.crash", _("collision or rollover")),
    _kind("alarm.vehicle_theft", _("vehicle theft alarm")),
    _kind("fault.component", _("component fault")),
    _kind("fault.power.mains", _("mains power lost")),
    _kind("fault.power.battery", _("battery fault")),
    _kind("fault.power.component", _("power of a component lost")),
    _kind("fault.communication", _("communication fault")),
    _kind("fault.device", _("device fault")),
    _kind("fault.video_loss", _("video lost")),
    _kind("fault.image", _("image fault")),
    _kind("fault.storage", _("storage fault")),
    _kind("fault.temperature", _("temperature out of range")),
    _kind("fault.source", _("source cannot be read")),
    _kind("fault.line", _("line fault")),
    _kind("fault.clock", _("clock off")),
    _kind("state.armed", _("armed"), values.Armed, "person"),
    _kind("state.disarmed", _("disarmed"), values.Armed, "person"),
    _kind("state.schedule_missed", _("not armed on time")),
    _kind("state.bypassed", _("zone bypassed")),
    _kind("state.shielded", _("shielded")),
    _kind("state.supervisory", _("supervisory signal")),
    _kind("state.started", _("started")),
    _kind("state.feedback", _("feedback")),
    _kind("state.delayed", _("delayed")),
    _kind("state.manual", _("manual mode")),
    _kind(MAINTENANCE, _("maintenance window"), values.Window),
    _kind(MUTED, _("silenced"), values.Window),
    _kind(HEARTBEAT, _("heartbeat")),
    _kind(ONLINE, _("online"), values.Presence),
    _kind(LATE, _("late"), values.Presence),
    _kind(OFFLINE, _("offline"), values.Presence),
    _kind(SUPERVISED, _("link supervised"), values.Presence),
    _kind(UNSUPERVISED, _("link no longer supervised"), values.Presence),
    _kind("status.restarted", _("restarted")),
    _kind("status.device", _("condition as the device says"), values.Condition),
    _kind("crowd.density", _("crowd density")),
    _kind("test.periodic", _("periodic test report")),
    _kind("test.manual", _("manual test")),
    _kind("measure.temperature", _("temperature"), values.Temperature),
    _kind("measure.humidity", _("humidity"), values.Humidity),
    _kind("measure.water_level", _("water level"), values.WaterLevel),
    _kind("measure.pressure", _("pressure"), values.Pressure),
    _kind("measure.other", _("other measurement"), values.Measure),
    _kind(POSITION, _("position"), values.Position, "track"),
    _kind("measure.vehicle", _("vehicle readings"), values.Vehicle),
    _kind("fleet.overspeed", _("overspeed")),
    _kind("fleet.geofence", _("area or route left or entered")),
    _kind("fleet.vendor_bit", _("maker's own vehicle alarm")),
    _kind("hazmat.off_route", _("hazardous load off its route")),
    _kind("operation", _("operation"), values.Device, "person"),
    _kind("configuration", _("configuration change")),
    _kind("registration", _("registration")),
    _kind("warning.public", _("public warning"), values.Warning),
    _kind("report.public", _("citizen report"), Values, "person"),
    _kind("call.received", _("call"), Values, "person"),
    _kind("security.sender", _("hostile sender"), values.Sender),
    _kind("unknown", _("unknown code")),
)
