"""What the bits of a position's alarm word mean (JT/T 808-2013 and -2019, table 24), and which of them are signals."""

from __future__ import annotations

from dataclasses import dataclass

COORDINATES_ENCRYPTED = 32
"""Beyond the word's own 32 bits: the security plug-in hides the coordinates, so the unit cannot be shown."""
FIRST_2019, LAST_2019 = 15, 17
"""Reserved before 2019 and used by makers at will."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A bit that is a signal of `kind`; `part` tells bits of one kind apart, in the words of the log (`zone`)."""

    kind: str
    part: str
    name_zh: str
    name_en: str


def _component(part: str, name_zh: str, name_en: str) -> Alarm:
    return Alarm("fault.component", part, name_zh, name_en)


ALARMS: dict[int, Alarm] = {
    0: Alarm("alarm.panic", "sos", "紧急报警", "SOS button"),
    1: Alarm("fleet.overspeed", "overspeed", "超速报警", "overspeed"),
    3: Alarm("alarm.danger", "danger", "危险预警", "danger warning"),
    4: _component("gnss", "GNSS 模块故障", "GNSS module fault"),
    5: _component("gnss_antenna_open", "GNSS 天线未接或剪断", "GNSS antenna open or cut"),
    6: _component("gnss_antenna_short", "GNSS 天线短路", "GNSS antenna short-circuited"),
    7: Alarm("fault.power.mains", "low", "主电源欠压", "main supply low"),
    8: Alarm("fault.power.mains", "lost", "主电源掉电", "main supply lost"),
    9: _component("display", "显示器故障", "display fault"),
    10: _component("tts", "TTS 模块故障", "speech module fault"),
    11: _component("camera", "摄像头故障", "camera fault"),
    12: _component("card_reader", "IC 卡模块故障", "card reader fault"),
    13: Alarm("fleet.overspeed", "warning", "超速预警", "overspeed warning"),
    15: Alarm("fleet.vendor_bit", "15", "违规行驶报警", "driving against the rules"),
    16: Alarm("fleet.vendor_bit", "16", "胎压预警", "tyre pressure warning"),
    17: Alarm("fleet.vendor_bit", "17", "右转盲区异常", "right-turn blind zone"),
    20: Alarm("fleet.geofence", "area", "进出区域", "area entered or left"),
    21: Alarm("fleet.geofence", "route", "进出路线", "route entered or left"),
    22: Alarm("fleet.geofence", "section_time", "路段行驶时间不足或过长", "section driven too fast or too slowly"),
    23: Alarm("fleet.geofence", "off_route", "路线偏离", "off route"),
    24: _component("speed_sensor", "车辆 VSS 故障", "speed sensor fault"),
    25: _component("fuel", "车辆油量异常", "fuel level abnormal"),
    26: Alarm("alarm.vehicle_theft", "stolen", "车辆被盗", "vehicle stolen"),
    27: Alarm("alarm.vehicle_theft", "ignition", "车辆非法点火", "illegal ignition"),
    28: Alarm("alarm.vehicle_theft", "move", "车辆非法位移", "illegal move"),
    29: Alarm("alarm.crash", "collision", "碰撞预警", "collision"),
    30: Alarm("alarm.crash", "rollover", "侧翻预警", "rollover"),
    31: Alarm("alarm.tamper", "door", "非法开门", "door opened illegally"),
    COORDINATES_ENCRYPTED: _component("coordinates", "坐标被加密，无法定位", "coordinates encrypted, place unknown"),
}
OFF_ROUTE = 23
NO_SIGNAL = (2, 14, 18, 19)
"""Fatigue, its warning, driving time, stop time: a matter of the fleet, not of public safety; no driver is scored."""
HEARD = sum(1 << bit for bit in ALARMS)
LIFE = sum(1 << bit for bit in (0, 3, 29, 30))
"""Bits of a frame that must not wait behind others."""


def alarm(bit: int, edition_2019: bool, hazmat: bool) -> Alarm:
    """The meaning of a bit of HEARD: 15–17 have a name only since 2019; off route is another thing with a load."""
    found = ALARMS[bit]
    if FIRST_2019 <= bit <= LAST_2019 and not edition_2019:
        return Alarm(found.kind, found.part, f"厂商自定义报警位 {bit}", f"maker's own alarm bit {bit}")
    if bit == OFF_ROUTE and hazmat:
        return Alarm("hazmat.off_route", found.part, "危险货物运输车辆路线偏离", "hazardous load off its route")
    return found
