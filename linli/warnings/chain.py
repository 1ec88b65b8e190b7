"""How messages hang together: keys by which a chain is found, whatever the dialect's form of a reference."""

from __future__ import annotations

from linli.signals.gateways.cap.document import Alert, Reference
from linli.signals.gateways.cap.times import shown


def keys(alert: Alert) -> list[str]:
    """The keys of a message: with its `sent`, and without (the national dialect names the identifier alone)."""
    return [f"{alert.sender},{alert.identifier},{shown(alert.sent)}", f"{alert.sender},{alert.identifier},"]


def named(alert: Alert) -> list[str]:
    """The keys of the messages it refers to. Those of another sender are left out: nobody ends another's warning."""
    return [_key(one, alert.sender) for one in alert.references if one.sender in (None, alert.sender)]


def _key(reference: Reference, sender: str) -> str:
    return f"{sender},{reference.identifier},{shown(reference.sent) or ''}"
