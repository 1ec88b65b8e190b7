"""CAP without socket, clock or database: bytes in, an alert, a feed or the reason why not."""

from __future__ import annotations

from typing import cast

from linli.signals.gateways.cap import feeds, national, reading, xml
from linli.signals.gateways.cap.document import Alert, Dialect, Feed, Unreadable
from linli.signals.gateways.cap.schema import NAMESPACES


def decode(raw: bytes) -> Alert | Feed:
    """The alert or feed that `raw` is. Raises Unreadable with the reason of its quarantine."""
    root = xml.parse(raw)
    if feeds.is_feed(root):
        return feeds.feed(root)
    return read_element(alert_element(root))


def alert_element(root: xml.Element) -> xml.Element:
    """The alert in a parsed document: the root, or the one inside an EDXL-DE envelope. Raises Unreadable("no-alert")."""
    if xml.local(root) == "alert":
        return root
    found = feeds.embedded(root) if xml.local(root) == "EDXLDistribution" else None
    if found is None:
        raise Unreadable("no-alert", f"the document is «{xml.local(root)[:40]}», no CAP alert")
    return found


def read_element(element: xml.Element) -> Alert:
    """Read an `alert` element of a dialect we know. Raises Unreadable("dialect-unknown") and those of its reader."""
    if national.is_national(element):
        return national.alert(element)
    dialect = NAMESPACES.get(xml.namespace(element))
    if dialect is None:
        raise Unreadable("dialect-unknown", f"namespace «{xml.namespace(element)[:80]}»")
    return reading.alert(element, cast(Dialect, dialect))
