"""An Alert as a CAP 1.2 document: what we write is valid by the schema and reads back equal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from linli.signals.gateways.cap import schema, xml
from linli.signals.gateways.cap.document import Alert, AreaSaid, Info

BEIJING = ZoneInfo("Asia/Shanghai")
_CAP = f"{{{schema.CAP_1_2}}}"


class NotValid(ValueError):
    """What was to be written breaks the schema."""


def written(moment: datetime) -> str:
    """A time as CAP writes it, with the city's offset (never Z)."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def element(alert: Alert) -> xml.Element:
    """The `alert` element. Raises NotValid with what the schema says."""
    assert alert.sent is not None
    root = etree.Element(f"{_CAP}alert", nsmap={None: schema.CAP_1_2})
    _texts(
        root,
        ("identifier", alert.identifier), ("sender", alert.sender), ("sent", written(alert.sent)),
        ("status", alert.status), ("msgType", alert.msg_type), ("scope", alert.scope),
        ("restriction", alert.restriction), ("addresses", alert.addresses),
        ("references", " ".join(reference.text for reference in alert.references)),
    )  # fmt: skip
    for info in alert.infos:
        _info(etree.SubElement(root, f"{_CAP}info"), info)
    faults = schema.faults(root, "cap-1.2")
    if faults:
        raise NotValid("; ".join(faults))
    return root


def document(root: xml.Element) -> bytes:
    """The element as the bytes that are sent."""
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _info(parent: xml.Element, info: Info) -> None:
    _texts(parent, ("language", info.language))
    _texts(parent, *(("category", category) for category in info.categories), ("event", info.event))
    _texts(parent, *(("responseType", response) for response in info.response_types))
    _texts(parent, ("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty))
    _pairs(parent, "eventCode", info.event_codes)
    moments = (("effective", info.effective), ("onset", info.onset), ("expires", info.expires))
    _texts(parent, *((name, written(moment)) for name, moment in moments if moment))
    _texts(
        parent, ("senderName", info.sender_name), ("headline", info.headline), ("description", info.description),
        ("instruction", info.instruction), ("web", info.web),
    )  # fmt: skip
    _pairs(parent, "parameter", info.parameters)
    for area in info.areas:
        _area(etree.SubElement(parent, f"{_CAP}area"), area)


def _area(parent: xml.Element, area: AreaSaid) -> None:
    etree.SubElement(parent, f"{_CAP}areaDesc").text = area.description
    for ring in area.polygons:
        _texts(parent, ("polygon", " ".join(f"{lat:.6g},{lng:.7g}" for lng, lat in ring)))
    for lng, lat, radius in area.circles:
        _texts(parent, ("circle", f"{lat:.6g},{lng:.7g} {radius:g}"))
    _pairs(parent, "geocode", area.geocodes)


def _texts(parent: xml.Element, *said: tuple[str, str | None]) -> None:
    """A child for each text there is."""
    for name, text in said:
        if text:
            etree.SubElement(parent, _CAP + name).text = text


def _pairs(parent: xml.Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for value_name, value in pairs:
        child = etree.SubElement(parent, _CAP + name)
        etree.SubElement(child, f"{_CAP}valueName").text = value_name
        etree.SubElement(child, f"{_CAP}value").text = value
