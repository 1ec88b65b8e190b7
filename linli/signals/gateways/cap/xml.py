"""XML from strangers: nothing is fetched, expanded or included; a DTD is refused, size and depth are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from linli.signals.gateways.cap.document import Unreadable

MOST_BYTES = 1024 * 1024
MOST_TEXT = 64 * 1024
"""Characters in one element."""
MOST_ELEMENTS = 100_000

Element: TypeAlias = etree._Element


def parse(raw: bytes) -> Element:
    """The root element of `raw`. Raises Unreadable: too-large, dtd-forbidden, xml-not-well-formed, text-too-long."""
    if len(raw) > MOST_BYTES:
        raise Unreadable("too-large", f"{len(raw)} bytes, at most {MOST_BYTES} are read")
    # Bytes, not a string: the declaration says the encoding. libxml2 bounds depth (256) and entity growth itself.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        if b"<!DOCTYPE" in raw.replace(b"\x00", b""):
            raise Unreadable("dtd-forbidden", "the document brings a DTD") from None
        raise Unreadable("xml-not-well-formed", str(fault)[:300]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("dtd-forbidden", "the document brings a DTD")
    _bound(root)
    return root


def _bound(root: Element) -> None:
    for count, element in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise Unreadable("too-many-elements", f"at most {MOST_ELEMENTS} elements are read")
        if not isinstance(element.tag, str):  # an entity that was left alone
            raise Unreadable("dtd-forbidden", "the document uses an entity")
        if element.text and len(element.text) > MOST_TEXT:
            raise Unreadable("text-too-long", f"{local(element)}: at most {MOST_TEXT} characters in one element")


def local(element: Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """The namespace, "" for none."""
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The children called `name` in the element's own namespace, whatever their order."""
    own = namespace(element)
    return (child for child in element if local(child) == name and namespace(child) == own)


def text(element: Element, name: str) -> str | None:
    """The trimmed text of the first child called `name`; None when there is none, "" when it is empty."""
    child = next(children(element, name), None)
    return None if child is None else (child.text or "").strip()


def texts(element: Element, name: str) -> tuple[str, ...]:
    """The trimmed texts of the children called `name` that have some."""
    return tuple(said for child in children(element, name) if (said := (child.text or "").strip()))
