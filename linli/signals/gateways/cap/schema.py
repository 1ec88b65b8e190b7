"""The schemas of OASIS (CAP-v1.1.xsd, CAP-v1.2.xsd), as published; see docs/reference/gateways/cap.md for their terms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

NAMESPACES = {
    "urn:oasis:names:tc:emergency:cap:1.2": "cap-1.2",
    "urn:oasis:names:tc:emergency:cap:1.1": "cap-1.1",
}
CAP_1_2 = "urn:oasis:names:tc:emergency:cap:1.2"
_FILES = {"cap-1.2": "CAP-v1.2.xsd", "cap-1.1": "CAP-v1.1.xsd"}


@cache
def _schema(dialect: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(Path(__file__).with_name("schemas") / _FILES[dialect]))


def faults(alert: etree._Element, dialect: str) -> list[str]:
    """What the schema of `dialect` finds wrong with the element, in libxml2's words; empty when it is valid."""
    schema = _schema(dialect)
    # A tree of its own: an alert inside an envelope is judged by itself.
    if schema.validate(etree.fromstring(etree.tostring(alert, with_tail=False))):
        return []
    return [entry.message[:200] for entry in schema.error_log][:20]
