"""From a delivered message to what it says: CloudEvents in structured or binary mode, or plain JSON by a mapping.

No socket, no clock, no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.signals.gateways import kept_message
from linli.signals.gateways.http import events, intake
from linli.signals.gateways.http.refusals import EventRefused, NotReadable, TooLarge
from linli.signals.gateways.kept_message import KeptMessage
from linli.signals.gateways.mqtt.message import Message
from linli.signals.gateways.mqtt.topics import Native
from linli.signals.gateways.plain import read_plain
from linli.signals.gateways.said import Said
from linli.signals.mapping.grammar import Mapping
from linli.signals.models import EventSource

STRUCTURED = "application/cloudevents+json"
MOST_PROPERTIES = 64


@dataclass(frozen=True, slots=True)
class Route:
    """Whose the messages of a topic are, and how they are read: as CloudEvents (`native`) or by the mapping."""

    source: EventSource
    native: Native | None = None
    mapping: Mapping | None = None
    trusted: bool = False

    @property
    def numbers_deliveries(self) -> bool:
        """The sender gives its messages no number, so the delivery's stands for it."""
        return self.native is None and (self.mapping is None or self.mapping.id is None)


@dataclass(slots=True)
class Decoded:
    """What a message says; what of it was refused; and the form in which it is kept."""

    said: list[Said] = field(default_factory=list)
    refused: list[EventRefused] = field(default_factory=list)
    raw: bytes = b""


def kept(message: Message, number: str = "") -> KeptMessage:
    """The message with its surroundings, at most 64 of its properties."""
    properties = dict(message.properties[:MOST_PROPERTIES])
    return KeptMessage(number, message.topic, message.payload, message.content_type, properties, message.retain)


def decode(message: Message, route: Route, delivery: UUID) -> Decoded:
    """Read `message`; what cannot be read is named in `refused`. Raises nothing.

    `delivery`: stands for the sender's own number where there is neither one nor a time in the message.
    """
    number = message.digest().hex() if route.mapping and route.mapping.time else str(delivery)
    found = Decoded(raw=kept_message.pack(kept(message, number)))
    try:
        if len(message.payload) > kept_message.MOST_PAYLOAD:
            raise TooLarge(path="$", most=kept_message.MOST_PAYLOAD)
        if len(message.properties) > MOST_PROPERTIES:
            raise NotReadable(path="$", advice=_("at most {n} user properties").format(n=MOST_PROPERTIES))
        if route.native is not None:
            found.said = [event(message, route)]
            return found
        if route.numbers_deliveries and number != str(delivery) and not _all_timed(message, route):
            number = str(delivery)
            found.raw = kept_message.pack(kept(message, number))
        found.said, refused = read_plain(message.payload, message.topic, number, route.source, route.mapping)
        found.refused = refused
    except EventRefused as refusal:
        found.refused = [refusal]
    return found


def event(message: Message, route: Route) -> Said:
    """A CloudEvent (MQTT protocol binding): structured, or binary with the attributes as user properties."""
    properties = dict(message.properties)
    media_type = message.content_type.partition(";")[0].strip().lower()
    if "specversion" in properties and media_type != STRUCTURED:
        if media_type:
            properties["datacontenttype"] = message.content_type
        read = events.read_binary(properties, message.payload)
    else:
        read = events.read(message.payload)
    said = intake.said_of(route.source, read)
    if route.native is not None and route.native.kind != said.kind:
        raise NotReadable(path="type", advice=_("the topic names another kind: {kind}").format(kind=route.native.kind))
    return said


def _all_timed(message: Message, route: Route) -> bool:
    """Whether every signal of the message has a time of its own, which tells equal messages apart."""
    try:
        said, _refused = read_plain(message.payload, message.topic, "", route.source, route.mapping)
    except EventRefused:
        return True
    return all(one.time is not None for one in said)
