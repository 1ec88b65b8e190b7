"""Indexes of alerts: Atom 1.0 and RSS 2.0, with links to alerts or the alerts themselves inside."""

from __future__ import annotations

from lxml import etree

from linli.signals.gateways.cap import xml
from linli.signals.gateways.cap.document import Feed, FeedEntry
from linli.signals.gateways.cap.schema import NAMESPACES

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
MOST_ENTRIES = 1000


def is_feed(element: xml.Element) -> bool:
    """An Atom feed or an RSS document."""
    name, space = xml.local(element), xml.namespace(element)
    return (name == "feed" and space == ATOM) or (name in ("rss", "RDF"))


def feed(element: xml.Element) -> Feed:
    """Its entries, at most a thousand, in order."""
    if xml.local(element) == "feed":
        entries = [_atom(entry) for entry in xml.children(element, "entry")]
    else:
        entries = [_rss(item) for item in element.iter() if xml.local(item) == "item"]
    return Feed(tuple(entries[:MOST_ENTRIES]))


def embedded(element: xml.Element) -> xml.Element | None:
    """The first CAP alert somewhere inside (an EDXL-DE envelope, an entry's content); None when there is none."""
    return next((one for one in element.iter() if xml.local(one) == "alert" and xml.namespace(one) in NAMESPACES), None)


def _atom(entry: xml.Element) -> FeedEntry:
    links = [link for link in xml.children(entry, "link") if link.get("rel", "alternate") == "alternate"]
    best = next((link for link in links if link.get("type") == CAP_TYPE), links[0] if links else None)
    content = next(xml.children(entry, "content"), None)
    address = best.get("href", "") if best is not None else ""
    if not address and content is not None:
        address = content.get("src", "")
    name = xml.text(entry, "id") or address
    return FeedEntry(name, xml.text(entry, "updated") or "", (address or _as_address(name)).strip(), _inside(entry))


def _rss(item: xml.Element) -> FeedEntry:
    enclosure = next((one for one in xml.children(item, "enclosure") if one.get("type") == CAP_TYPE), None)
    address = enclosure.get("url", "") if enclosure is not None else xml.text(item, "link") or ""
    name = xml.text(item, "guid") or address
    return FeedEntry(name, xml.text(item, "pubDate") or "", (address or _as_address(name)).strip(), _inside(item))


def _as_address(name: str) -> str:
    return name if name.startswith(("http://", "https://")) else ""


def _inside(entry: xml.Element) -> bytes | None:
    alert = embedded(entry)
    return etree.tostring(alert, with_tail=False, encoding="UTF-8") if alert is not None else None
