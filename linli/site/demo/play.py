"""The scripted day, sent through the real sockets of the gateways."""

from __future__ import annotations

import os
import time
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as wall_time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.base import clock
from linli.packs.registry import packs
from linli.signals.gateways.dc09.sender import Caller, Panel
from linli.signals.models import Line
from linli.site.demo.city import FOLDER
from linli.site.demo.panels import key_of
from linli.site.gateways import GATEWAYS

RECEIVER = os.environ.get("LINLI_GATEWAY_HOST", "127.0.0.1")


@dataclass(frozen=True)
class Row:
    """One row of demo/day.toml."""

    time: wall_time
    protocol: str
    pack: str
    source: str
    what: str
    items: str = ""
    sequence: int = 0
    repeat: bool = False


@dataclass
class Played:
    """What was sent and answered, what was skipped and why; the frames sent, for the repetitions."""

    sent: int = 0
    acknowledged: int = 0
    skipped: list[str] = field(default_factory=list)
    frames: dict[tuple[str, int], bytes] = field(default_factory=dict)


DAY = FOLDER / "day.toml"


def script(file: Path = DAY) -> list[Row]:
    """The rows of a day in order."""
    rows = tomllib.loads(file.read_text("utf-8"))["row"]
    read = [
        Row(**{("source" if name == "from" else name): _value(name, value) for name, value in row.items()})
        for row in rows
    ]
    return sorted(read, key=lambda row: row.time)


def play(speed: float | None) -> int:
    """Send the day: `speed` seconds of it in a second, None = without waiting. 1 when an answer is missing."""
    done, before = Played(), None
    for row in script():
        if speed and before:
            time.sleep(max(0.0, (_seconds(row.time) - before) / speed))
        before = _seconds(row.time)
        print(f"{row.time}  {row.protocol:<8} {row.source}  {row.what}: {send(row, done)}", flush=True)
    print(
        _("{sent} sent, {acknowledged} acknowledged, {skipped} skipped").format(
            sent=done.sent, acknowledged=done.acknowledged, skipped=len(done.skipped)
        )
    )
    return 0 if done.sent == done.acknowledged else 1


def send(row: Row, done: Played) -> str:
    """Send one row and count its answer; what happened, in words."""
    missing = _missing(row)
    if missing:
        done.skipped.append(row.what)
        return missing
    line = Line.objects.filter(protocol="dc09", asset__name__startswith=row.source).order_by("pk").first()
    if line is None:
        done.skipped.append(row.what)
        return _("skipped: the demo city has no such device")
    frame = done.frames.get((row.source, row.sequence)) if row.repeat else None
    if frame is None:
        panel = Panel(account=line.identity, key=key_of(line), sequence=row.sequence - 1)
        frame = done.frames[(row.source, row.sequence)] = panel.sia(row.items)
    port = next(gateway for gateway in GATEWAYS if gateway.key == "dc09").listens_on()
    with Caller(RECEIVER, port) as caller:
        answer = caller.send(frame)
    done.sent += 1
    done.acknowledged += answer == "ACK"
    return answer


def _missing(row: Row) -> str:
    """Why a row cannot be sent here, or ""."""
    if row.protocol not in {"http", *(gateway.key for gateway in GATEWAYS)}:
        return _("skipped: the gateway {protocol} is not installed").format(protocol=row.protocol)
    if row.pack not in packs:
        return _("skipped: the pack {pack} is not installed").format(pack=row.pack)
    return ""


def _value(name: str, value: Any) -> Any:
    return wall_time.fromisoformat(value) if name == "time" else value


def _seconds(moment: wall_time) -> float:
    return (
        datetime.combine(clock.now().date(), moment) - datetime.combine(clock.now().date(), wall_time())
    ).total_seconds()
