"""CAP 1.2 and 1.1: from an `alert` element to an Alert. Order does not matter; what cannot be read costs its field."""

from __future__ import annotations

from datetime import datetime

from linli.signals.gateways.cap import clauses, colours, schema, shapes, times, xml
from linli.signals.gateways.cap.document import Alert, AreaSaid, Dialect, Info, Remarks, Unreadable

MOST_INFOS = 50
MOST_EMBEDDED = 256 * 1024
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def alert(element: xml.Element, dialect: Dialect) -> Alert:
    """Read the element. Raises Unreadable: too-many-infos, too-many-points, resource-too-large."""
    remarks = Remarks()
    corners = shapes.Corners()
    identifier, sender = xml.text(element, "identifier") or "", xml.text(element, "sender") or ""
    clauses.check_names(identifier, sender, remarks)
    msg_type, scope = xml.text(element, "msgType"), xml.text(element, "scope")
    restriction, addresses = xml.text(element, "restriction") or "", xml.text(element, "addresses") or ""
    references = clauses.references(xml.text(element, "references") or "", remarks)
    blocks = list(xml.children(element, "info"))
    if len(blocks) > MOST_INFOS:
        raise Unreadable("too-many-infos", f"{len(blocks)} info blocks, at most {MOST_INFOS} are read")
    clauses.check_message(msg_type, scope, restriction, addresses, len(references), len(blocks), remarks)
    infos = tuple(_info(block, remarks, corners) for block in blocks)
    faults = schema.faults(element, dialect)
    return Alert(
        dialect=dialect, identifier=identifier, sender=sender,
        sent=_time(element, "sent", remarks), status=xml.text(element, "status"), msg_type=msg_type, scope=scope,
        restriction=restriction, addresses=addresses, references=references, infos=infos,
        xsd_valid=not faults, signatures=sum(1 for _ in element.iter(SIGNATURE)),
        rules=tuple(remarks.rules), findings=tuple(remarks.findings),
    )  # fmt: skip


def _time(element: xml.Element, name: str, remarks: Remarks) -> datetime | None:
    said = xml.text(element, name)
    if said and said[-1] in "zZ":
        remarks.finding(f"{name}-z")
    found = times.read(said)
    if said and found is None:
        remarks.finding(f"{name}-unreadable")
    return found


def _info(element: xml.Element, remarks: Remarks, corners: shapes.Corners) -> Info:
    _check_resources(element)
    parameters = _pairs(element, "parameter")
    severity = xml.text(element, "severity") or ""
    by_severity = colours.of_severity(severity)
    said = next((value for name, value in parameters if name.lower() == colours.PARAMETER.lower()), "")
    colour = colours.of_word(said) or by_severity
    if colours.of_word(said) and by_severity != colour:
        remarks.finding("colour-severity-mismatch")
    headline = xml.text(element, "headline") or ""
    compare_headline(headline, colour, remarks)
    return Info(
        language=xml.text(element, "language") or None, categories=xml.texts(element, "category"),
        event=xml.text(element, "event") or "", event_codes=_pairs(element, "eventCode"),
        response_types=xml.texts(element, "responseType"), urgency=xml.text(element, "urgency") or "",
        severity=severity, certainty=xml.text(element, "certainty") or "", colour=colour,
        effective=_time(element, "effective", remarks), onset=_time(element, "onset", remarks),
        expires=_time(element, "expires", remarks), sender_name=xml.text(element, "senderName") or "",
        headline=headline, description=xml.text(element, "description") or "",
        instruction=xml.text(element, "instruction") or "", web=_web(element, remarks), parameters=parameters,
        areas=tuple(_area(area, remarks, corners) for area in xml.children(element, "area")),
    )  # fmt: skip


def compare_headline(headline: str, colour: str | None, remarks: Remarks) -> None:
    """A headline that names another colour is shown as a finding; it never sets the level."""
    named = {key for key, sign in colours.CHINESE.items() if f"{sign}色" in headline}
    if colour and named and colour not in named:
        remarks.finding("headline-colour-differs")


def _check_resources(element: xml.Element) -> None:
    """Resources are never fetched; one embedded in the alert is bounded."""
    for resource in xml.children(element, "resource"):
        if len(xml.text(resource, "derefUri") or "") > MOST_EMBEDDED:
            raise Unreadable("resource-too-large", f"at most {MOST_EMBEDDED} characters are read of one resource")


def _web(element: xml.Element, remarks: Remarks) -> str:
    """A link is shown only when it is http or https."""
    said = xml.text(element, "web") or ""
    if said and not said.lower().startswith(("http://", "https://")):
        remarks.finding("web-not-http")
        return ""
    return said


def _pairs(element: xml.Element, name: str) -> tuple[tuple[str, str], ...]:
    """(valueName, value) of each child called `name`, each pair once."""
    found: dict[tuple[str, str], None] = {}
    for child in xml.children(element, name):
        found[(xml.text(child, "valueName") or "", xml.text(child, "value") or "")] = None
    return tuple(found)


def _area(element: xml.Element, remarks: Remarks, corners: shapes.Corners) -> AreaSaid:
    outlines = [
        shapes.ring(child.text or "", remarks, corners) for child in xml.children(element, "polygon")
    ]  # fmt: skip
    circles = [shapes.circle(child.text or "", remarks) for child in xml.children(element, "circle")]
    return AreaSaid(
        description=xml.text(element, "areaDesc") or "",
        polygons=tuple(outline for outline in outlines if outline),
        circles=tuple(one for one in circles if one),
        geocodes=_pairs(element, "geocode"),
    )
