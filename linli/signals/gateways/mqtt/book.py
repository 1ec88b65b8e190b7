"""Who is who: from a broker and a topic to the source and its mapping, as they are now (looked up again every second)."""

from __future__ import annotations

import time
from uuid import UUID

from linli.signals.gateways.mqtt import topics
from linli.signals.gateways.mqtt.decode import Route
from linli.signals.mapping import versions
from linli.signals.mapping.grammar import Mapping
from linli.signals.models import Broker, EventSource, Subscription

FRESH_SECONDS = 1.0


class Book:
    """The routes of all brokers; `look_up` first, inside the transaction that uses them."""

    def __init__(self) -> None:
        self._brokers: dict[UUID, Broker] = {}
        self._by_filter: dict[UUID, list[tuple[str, EventSource]]] = {}
        self._by_name: dict[str, EventSource] = {}
        self._mappings: dict[UUID, Mapping] = {}
        self._found: dict[tuple[UUID, str], Route | None] = {}
        self._read_at = float("-inf")

    def look_up(self) -> None:
        """Read the tables again unless that was a moment ago."""
        if time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        sources = {source.pk: source for source in EventSource.objects.filter(active=True).select_related("asset")}
        self._by_name = {source.short_name: source for source in sources.values()}
        self._brokers = {broker.pk: broker for broker in Broker.objects.all()}
        self._by_filter = {}
        subscribed = set()
        for row in Subscription.objects.filter(source__in=list(sources)):
            self._by_filter.setdefault(row.broker_id, []).append((row.filter, sources[row.source_id]))
            subscribed.add(row.source_id)
        self._mappings = versions.rules_of(subscribed)
        self._found = {}
        self._read_at = time.monotonic()

    def route(self, broker: UUID, topic: str) -> Route | None:
        """Whose a message of `topic` is; None when nobody's."""
        key = (broker, topic)
        if key not in self._found:
            if len(self._found) > 100_000:
                self._found.clear()
            self._found[key] = self._route(broker, topic)
        return self._found[key]

    def broker(self, id: UUID) -> Broker | None:
        """The broker of this id."""
        return self._brokers.get(id)

    def _route(self, broker: UUID, topic: str) -> Route | None:
        row = self._brokers.get(broker)
        if row is None:
            return None
        if (native := topics.native(topic)) is not None:
            source = self._by_name.get(native.source)
            return Route(source, native, trusted=row.proves_sender) if source else None
        for filter, source in self._by_filter.get(broker, ()):
            if topics.matches(filter, topic):
                return Route(source, None, self._mappings.get(source.pk), row.proves_sender)
        return None
