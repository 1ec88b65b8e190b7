"""A kept message read again: with the source's rights and the mapping of today, at the time it came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.signals.envelope import Envelope
from linli.signals.gateways import kept_message
from linli.signals.gateways.http import replay as reading
from linli.signals.gateways.http.intake import Carried
from linli.signals.gateways.http.refusals import EventRefused
from linli.signals.gateways.kept_message import KeptMessage
from linli.signals.gateways.mqtt import topics
from linli.signals.gateways.mqtt.decode import Route, event
from linli.signals.gateways.mqtt.message import Message
from linli.signals.models import EventSource, Subscription
from linli.signals.quarantine import Unreadable

NO_BROKER = UUID(int=0)


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept message of `source` (`mqtt:<uri>`). Raises Unreadable with the reason of today."""
    try:
        message = kept_message.unpack(raw)
    except ValueError as fault:
        raise Unreadable("not-readable", str(fault)) from None
    if message.retained:
        raise Unreadable("retained", "an old message that the broker told again")
    native = topics.native(message.topic)
    registered = _sender(source, message.topic)
    carried = Carried(received_at, received_at, "mqtt", "registered")
    if native is None:
        return reading.reread_plain(registered, message, raw, carried)
    if native.what == "state":
        raise Unreadable("state", "the state of a connection is no event")
    try:
        said = event(_delivered(message), Route(registered, native))
    except EventRefused as refusal:
        raise Unreadable(refusal.kept or refusal.code, str(refusal)) from None
    return reading.envelopes(registered, [said], raw, carried)


def _sender(source: str, topic: str) -> EventSource:
    """The source that was named when the message came; for a topic that was nobody's then, the one whose it is now."""
    uri = source.partition(":")[2]
    if not uri.startswith("@"):
        return reading.registered(uri)
    native = topics.native(topic)
    if native is not None:
        found = EventSource.objects.filter(short_name=native.source, active=True).select_related("asset").first()
    else:
        rows = Subscription.objects.select_related("source__asset").filter(source__active=True)
        found = next((row.source for row in rows if topics.matches(row.filter, topic)), None)
    if found is None:
        raise Unreadable("no-route", f"{topic} is no active source's")
    return found


def _delivered(message: KeptMessage) -> Message:
    return Message(
        NO_BROKER,
        message.topic,
        message.payload,
        content_type=message.content_type,
        properties=tuple(message.properties.items()),
    )
