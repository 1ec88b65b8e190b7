"""The national dialect: no namespace, `senderCode` for the sender, blanks in times, the colour as severity.

Read from a message in public test code; the texts of GB/T 35965.1-2018 and GB/T 34283-2017 were not at hand, so
anything beyond this is unconfirmed. Dissemination data (`code/method`, audience ids) and `senderName`, which can name a
person, are not read at all.
"""

from __future__ import annotations

import re

from linli.signals.gateways.cap import colours, reading, shapes, times, xml
from linli.signals.gateways.cap.clauses import REFERRING
from linli.signals.gateways.cap.document import Alert, AreaSaid, Info, Reference, Remarks, Unreadable

CODE_LIST = "GB/T 35561"
GEOCODES = "division12"
_SENDER = re.compile(r"\d{14}")
_IDENTIFIER = re.compile(r"\d{14}_\d{14}(_\d)?")


def is_national(element: xml.Element) -> bool:
    """An un-namespaced `alert` that speaks the dialect."""
    if xml.local(element) != "alert" or xml.namespace(element):
        return False
    return any(xml.text(element, name) is not None for name in ("senderCode", "sendTime"))


def alert(element: xml.Element) -> Alert:
    """Read the element. Raises Unreadable: too-many-infos, too-many-points."""
    remarks, corners = Remarks(), shapes.Corners()
    identifier = xml.text(element, "identifier") or ""
    sender = xml.text(element, "senderCode") or ""
    msg_type = xml.text(element, "msgType")
    if not _SENDER.fullmatch(sender):
        remarks.finding("sender-code-form")
    if not _IDENTIFIER.fullmatch(identifier):
        remarks.finding("identifier-form")
    references = tuple(
        Reference(text=text, identifier=text) for text in re.split(r"[\s,]+", xml.text(element, "references") or "")
        if text
    )  # fmt: skip
    if msg_type in REFERRING and not references:
        remarks.rule("references-missing")
    blocks = list(xml.children(element, "info"))
    if len(blocks) > reading.MOST_INFOS:
        raise Unreadable("too-many-infos", f"{len(blocks)} info blocks, at most {reading.MOST_INFOS} are read")
    return Alert(
        dialect="cn-national", identifier=identifier, sender=sender, sent=times.read(xml.text(element, "sendTime")),
        status=xml.text(element, "status"), msg_type=msg_type, scope=xml.text(element, "scope"),
        restriction=xml.text(element, "restriction") or "", addresses=xml.text(element, "addresses") or "",
        references=references, infos=tuple(_info(block, remarks, corners) for block in blocks),
        signatures=sum(1 for _ in element.iter(reading.SIGNATURE)),
        rules=tuple(remarks.rules), findings=tuple(remarks.findings),
    )  # fmt: skip


def _info(element: xml.Element, remarks: Remarks, corners: shapes.Corners) -> Info:
    code = xml.text(element, "eventType") or ""
    severity = xml.text(element, "severity") or ""
    headline = xml.text(element, "headline") or ""
    colour = colours.of_national(severity)
    reading.compare_headline(headline, colour, remarks)
    return Info(
        language=xml.text(element, "language") or None, event=code, event_codes=((CODE_LIST, code),) if code else (),
        categories=xml.texts(element, "category"), response_types=xml.texts(element, "responseType"),
        urgency=xml.text(element, "urgency") or "", severity=severity,
        certainty=xml.text(element, "certainty") or "", colour=colour,
        effective=times.read(xml.text(element, "effective")), onset=times.read(xml.text(element, "onset")),
        expires=times.read(xml.text(element, "expires")), headline=headline,
        description=xml.text(element, "description") or "", instruction=xml.text(element, "instruction") or "",
        areas=tuple(_area(area, remarks, corners) for area in xml.children(element, "area")),
    )  # fmt: skip


def _area(element: xml.Element, remarks: Remarks, corners: shapes.Corners) -> AreaSaid:
    outlines = [shapes.ring(text, remarks, corners) for text in xml.texts(element, "polygon")]
    circles = [shapes.circle(text, remarks) for text in xml.texts(element, "circle")]
    codes = dict.fromkeys(
        code for text in xml.texts(element, "geocode") for code in re.split(r"[\s,，]+", text) if code
    )
    return AreaSaid(
        description=xml.text(element, "areaDesc") or "",
        polygons=tuple(outline for outline in outlines if outline),
        circles=tuple(one for one in circles if one),
        geocodes=tuple((GEOCODES, code) for code in codes),
    )
