"""Invented values for the gallery page: one of everything, in every state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from linli.base import clock
from linli.ui.clocks import ClockFace, warn_at
from linli.ui.forms import KitForm
from linli.ui.imports import CellError, ErrorKind, ImportPreview, RefusedColumn, SheetRow


class SpecimenForm(KitForm):
    """One field of each kind."""

    name = forms.CharField(
        label=pgettext_lazy("specimen", "Name of the site"),
        help_text=pgettext_lazy("specimen", "As on the contract."),
        max_length=40,
    )
    phone = forms.CharField(label=pgettext_lazy("specimen", "Contact phone"), required=False)
    grade = forms.ChoiceField(
        label=pgettext_lazy("specimen", "Hazard level"),
        choices=(("", "—"), ("1", pgettext_lazy("specimen", "major")), ("2", pgettext_lazy("specimen", "ordinary"))),
    )
    found_on = forms.DateField(
        label=pgettext_lazy("specimen", "Found on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(label=pgettext_lazy("specimen", "Note"), widget=forms.Textarea, required=False)
    reviewed = forms.BooleanField(label=pgettext_lazy("specimen", "Checked on site"), required=False)


def _clocks(now: datetime) -> dict[str, ClockFace]:
    def face(label: Any, used: float, limit: float, **more: Any) -> ClockFace:
        start = now - timedelta(seconds=used)
        due = start + timedelta(seconds=limit)
        return ClockFace(label=label, started_at=start, due_at=due, warn_at=warn_at(start, due, 66), **more)

    hour, day = 3600, 86_400
    return {
        "dispatch": face(
            pgettext_lazy("specimen", "dispatch"),
            41,
            60,
            face="stopwatch",
            clause="GB/T 16571 5.2",
            why=pgettext_lazy("specimen", "Level 1–2: the order goes out within 60 s of taking the call."),
        ),
        "fresh": face(pgettext_lazy("specimen", "dispatch"), 12, 60, face="stopwatch"),
        "over": face(pgettext_lazy("specimen", "acknowledge"), 72, 60, face="stopwatch"),
        "visit": face(pgettext_lazy("specimen", "technician on site"), 21 * hour, 24 * hour),
        "late": face(pgettext_lazy("specimen", "technician on site"), 26 * hour + 600, 24 * hour),
        "report": face(
            pgettext_lazy("specimen", "monthly report"),
            20 * day,
            30 * day,
            face="calendar",
            rest=pgettext_lazy("specimen", "3 working days left"),
        ),
        "paused": face(
            pgettext_lazy("specimen", "restore"),
            3 * day,
            9 * day,
            paused_at=now - timedelta(days=1),
            reason=pgettext_lazy("specimen", "waits for the county"),
        ),
        "done": face(
            pgettext_lazy("specimen", "tell the user"), 9 * 60, 10 * 60, stopped_at=now - timedelta(minutes=1)
        ),
    }


PLACES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lng, lat]}, "properties": properties}
        for lng, lat, properties in (
            (117.489, 30.656, {"priority": 1, "label": "演示·百货", "href": "#fire", "pulse": True}),
            (117.31, 30.62, {"priority": 2, "label": "演示·康宁药房", "href": "#alarm"}),
            (117.40, 30.50, {"priority": 3, "label": "演示·滨江小区"}),
            (117.55, 30.60, {"priority": 4, "label": "里山街道"}),
            (117.44, 30.68, {"mark": "unit", "shape": "square", "status": "available", "label": "E1"}),
            (117.52, 30.70, {"mark": "unit", "shape": "circle", "status": "en_route", "label": "P07"}),
            (117.36, 30.70, {"mark": "unit", "shape": "circle", "status": "on_scene", "label": "P09"}),
            (117.60, 30.66, {"mark": "unit", "shape": "cross", "status": "available", "stale": True, "label": "A2"}),
        )
    ],
}
LINE = {
    "x": ["1", "2", "3", "4", "5", "6", "7"],
    "unit": "%",
    "target": 70,
    "target_label": "70 % (140)",
    "series": [
        {"name": "63.0", "tone": "red", "values": [60, 60.6, 61.5, 62, 63, None, None]},
        {
            "name": "67.8",
            "tone": "accent",
            "dashed": True,
            "values": [None, None, None, None, 63, 65.2, 67.8],
            "low": [None, None, None, None, 63, 64, 65.1],
            "high": [None, None, None, None, 63, 67, 70.4],
        },
    ],
}
FUNNEL = {
    "pooled": 0.63,
    "target": 70,
    "target_label": "70 %",
    "x_label": "n",
    "points": [
        {"name": "石台", "n": 9, "share": 4 / 9},
        {"name": "青阳", "n": 32, "share": 20 / 32},
        {"name": "东至", "n": 55, "share": 33 / 55},
        {"name": "贵池", "n": 104, "share": 69 / 104},
    ],
}


def specimen() -> dict[str, Any]:
    """The context of the gallery."""
    now = clock.now()
    form = SpecimenForm({"name": "演示·秋浦小学", "phone": "169 0000 0001"})
    form.is_valid()
    return {
        "clocks": _clocks(now),
        "places": PLACES,
        "line": LINE,
        "funnel": FUNNEL,
        "form": form,
        "ages": [now - timedelta(seconds=seconds) for seconds in (2, 72, 400)],
        "times": [now - timedelta(seconds=seconds) for seconds in (22, 240, 8000, 90_000, 400_000)],
        "tones": ("red", "orange", "yellow", "blue", "good", "idle"),
        "units": (
            ("P07", pgettext_lazy("specimen", "on patrol"), "available", False, True),
            ("P03", pgettext_lazy("specimen", "en route"), "en_route", False, False),
            ("P09", pgettext_lazy("specimen", "on scene"), "on_scene", False, False),
            ("P05", pgettext_lazy("specimen", "to acknowledge"), "offered", False, False),
            ("E4", pgettext_lazy("specimen", "at station"), "available", True, False),
            ("P10", pgettext_lazy("specimen", "off duty"), "off_duty", False, False),
        ),
    }


def specimen_desk() -> dict[str, Any]:
    """The gallery's values and those of a dispatcher's desk at half past eight."""
    values = specimen()
    faces, times, ages = values["clocks"], values["times"], values["ages"]
    queue = (
        (1, "火灾 · 演示·百货", "清风街道 清风路 12 号", "dispatch", pgettext("specimen", "recommended"), 0, False),
        (
            2,
            "入室报警 · 演示·康宁药房",
            "池阳街道 秋浦西路 8 号",
            "fresh",
            pgettext("specimen", "from the alarm centre"),
            0,
            True,
        ),
        (3, "纠纷 · 演示·滨江小区", "杏花村街道 滨江小区 3 栋", "over", pgettext("specimen", "P05 reminded"), 1, False),
        (2, "走失 · 老人", "杏花村街道 站前路口", "visit", pgettext("specimen", "P09 on scene"), 1, False),
        (3, "交通 · 追尾，无人伤", "马衙街道 牧之路口", "visit", pgettext("specimen", "P03 en route"), 1, False),
        (2, "滑坡 · 县道断行", "石台县 仁里镇", "visit", pgettext("specimen", "3 calls may be one"), 2, False),
        (2, "汛情 · 横渡水位 28.6 m", "石台县 横渡镇", "paused", "", 2, False),
        (4, "噪声 · 发电机", "里山街道", "fresh", pgettext("specimen", "waits for 12345"), 2, False),
    )
    values["queue"] = [(*row[:3], faces[row[3]], row[4], times[row[5]], row[6]) for row in queue]
    values["options"] = (
        (
            "E1",
            "池阳站 · 水罐车",
            pgettext("specimen", "nearest water tender, at the station, crew of 6"),
            "3.2 min",
            ages[0],
        ),
        ("L2", "池阳站 · 登高车 32 m", pgettext("specimen", "five storeys: the only ladder"), "4.0 min", ages[0]),
        ("P07", "贵池巡 07", pgettext("specimen", "nearest police crew; closes the road too"), "2.6 min", ages[0]),
        (
            "A2",
            "急救 02",
            pgettext("specimen", "nearest ambulance; old position, wider estimate"),
            "5.1–7.3 min",
            ages[1],
        ),
    )
    return values


def specimen_import() -> ImportPreview:
    """A dry run with every kind of trouble."""
    good = ("演示·甲一", "3417**********001X", "169 0000 0001", "2026-10-03")
    return ImportPreview(
        label=pgettext_lazy("specimen", "Alarm systems"),
        file_name="演示-联网系统-2026-10.xlsx",
        sheet="10月",
        seconds=3.1,
        total=1000,
        new=214,
        changed=751,
        same=15,
        bad=20,
        refused_columns=(
            RefusedColumn(
                letter="H",
                heading="宗教信仰",
                why=pgettext_lazy("specimen", "Not one cell of it was read. The other 7 columns are."),
            ),
        ),
        kinds=(
            ErrorKind(
                label=pgettext_lazy("specimen", "number is wrong"),
                note=pgettext_lazy("specimen", "month, check digit, power of ten"),
                count=12,
                current=True,
            ),
            ErrorKind(label=pgettext_lazy("specimen", "day in the future"), count=8),
        ),
        columns=(("B", "名称"), ("C", "编号"), ("D", "电话"), ("F", "安装日期")),
        rows=(
            SheetRow(line=210, cells=tuple((text, False) for text in good)),
            SheetRow(line=211, cells=((good[0], False), ("3.41702E+17", True), (good[2], False), (good[3], False))),
            SheetRow(line=214, cells=((good[0], False), (good[1], False), (good[2], False), ("2027-11-11", True))),
        ),
        errors=(
            CellError(
                at="C211",
                sentence=pgettext_lazy(
                    "specimen", "The sheet turned the number into 3.41702E+17; set column C to Text."
                ),
            ),
            CellError(at="F214", sentence=pgettext_lazy("specimen", "“Installed” 2027-11-11 lies after today.")),
        ),
        run="specimen",
        errors_file="#",
        again="#",
        undo_until=clock.now() + timedelta(days=30),
    )
