"""Live screens: one stream of events per open page, with ids, so that a reader who was away misses nothing.

Each web process keeps one LISTEN connection and the last events in memory; a page that comes back with
`Last-Event-ID` is caught up from the outbox first. A heartbeat every 5 s carries the server's time, so that a
page knows how old its data is.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, StreamingHttpResponse

from linli.accounts.actor import Actor
from linli.base import clock, outbox
from linli.base.listening import listen
from linli.base.models import Outbox

log = logging.getLogger("linli.live")
HEARTBEAT = 5.0
QUEUE = 1000
# What a page subscribes to; the outbox topic `case.opened` goes out under `cases`.
STREAMS = {
    "case": "cases",
    "unit": "units",
    "asset": "assets",
    "signal": "signals",
    "notice": "notices",
    "scoreboard": "scoreboard",
    "warning": "warnings",
}


@dataclass(frozen=True, slots=True)
class Event:
    """What goes to a page: number, topic, payload; and who may hear it."""

    id: int
    topic: str
    data: str
    area_path: str | None
    bodies: frozenset[object]

    def concerns(self, actor: Actor, topics: frozenset[str]) -> bool:
        """True when the actor's areas or bodies meet the event's, and the page asked for the topic."""
        if topics and self.topic not in topics:
            return False
        if actor.post == "system" or self.area_path is None or self.bodies & set(actor.bodies):
            return True
        return any(self.area_path == area or self.area_path.startswith(area + ".") for area in actor.areas)

    def frame(self) -> str:
        """As the stream carries it."""
        return f"id: {self.id}\nevent: {self.topic}\ndata: {self.data}\n\n"


def event_of(row: Outbox) -> Event:
    """The event of an outbox row: its stream, and the payload with the topic and the `key` of the row concerned."""
    stream = STREAMS.get(row.topic.split(".")[0], row.topic)
    payload = {"key": str(row.payload.get("id", "")), "topic": row.topic} | row.payload
    data = json.dumps(payload, ensure_ascii=False)
    return Event(row.event_id or 0, stream, data, row.area_path, frozenset(row.bodies))


def beat(last: int) -> str:
    """A heartbeat with the server's time and the last number the page has passed."""
    return f"id: {last}\nevent: heartbeat\ndata: {json.dumps({'at': clock.now().isoformat()})}\n\n"


@dataclass(eq=False)
class Reader:
    """One open page: its queue, and the loop it lives in."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, event: Event) -> None:
        """Hand over an event from the hub's thread; a page too slow to read is told to come back."""
        self.loop.call_soon_threadsafe(self._put, event)

    def _put(self, event: Event) -> None:
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class Hub:
    """Reads the outbox once per process and hands each event to every open page."""

    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def join(self, reader: Reader, since: int) -> None:
        """Add a page that knows everything up to `since`; the first one starts the hub's thread."""
        with self._lock:
            self._readers.add(reader)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, args=(since,), name="live hub", daemon=True)
                self._thread.start()

    def leave(self, reader: Reader) -> None:
        """Take a page away."""
        with self._lock:
            self._readers.discard(reader)

    def stop(self) -> None:
        """End the thread; the next page that joins starts another (a web process that serves on never needs it)."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        self._stopping.clear()

    def count(self) -> int:
        """How many pages are open in this process."""
        return len(self._readers)

    def _run(self, last: int) -> None:
        """Hand on what is numbered behind `last`, for ever; while the store is away the pages wait."""
        for _channel in listen([outbox.EVENTS], self._stopping):
            fresh = True
            while fresh and not self._stopping.is_set():
                try:
                    rows = outbox.after(last)
                except (OperationalError, InterfaceError) as fault:
                    log.warning("the store is away: %s", fault)
                    connection.close()
                    self._stopping.wait(1)
                    continue
                self._hand_on([event_of(row) for row in rows])
                last = (rows[-1].event_id or last) if rows else last
                fresh = bool(rows)
            connection.close()

    def _hand_on(self, found: list[Event]) -> None:
        with self._lock:
            readers = list(self._readers)
        for event in found:
            for reader in readers:
                reader.offer(event)


hub = Hub()


def events(request: HttpRequest) -> StreamingHttpResponse:
    """`GET /live/events?topics=cases,units&after=ID`: the stream for the actor on duty."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    topics = frozenset(filter(None, request.GET.get("topics", "").split(",")))
    known = request.headers.get("Last-Event-ID") or request.GET.get("after") or ""
    since = int(known) if known.isdigit() else outbox.last_id()
    response = StreamingHttpResponse(_stream(actor, topics, since), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _stream(actor: Actor, topics: frozenset[str], since: int) -> AsyncIterator[str]:
    reader = Reader(asyncio.get_running_loop())
    hub.join(reader, since)
    try:
        yield f"retry: 1000\n{beat(since)}"
        if await sync_to_async(_lost, thread_sensitive=False)(since):
            since = await sync_to_async(_last, thread_sensitive=False)()
            yield f"id: {since}\nevent: gap\ndata: {{}}\n\n"
        last = since
        async for event in _caught_up(since):
            last = event.id
            if event.concerns(actor, topics):
                yield event.frame()
        while True:
            try:
                fresh = await asyncio.wait_for(reader.queue.get(), HEARTBEAT)
            except TimeoutError:
                yield beat(last)
                continue
            if fresh is None:
                return
            if fresh.id > last:
                last = fresh.id
                if fresh.concerns(actor, topics):
                    yield fresh.frame()
    finally:
        hub.leave(reader)


async def _caught_up(since: int) -> AsyncIterator[Event]:
    """Everything numbered behind `since`, page by page."""
    while True:
        rows = await sync_to_async(_page, thread_sensitive=False)(since)
        for row in rows:
            yield event_of(row)
        if len(rows) < 500:
            return
        since = rows[-1].event_id or since


def _page(since: int) -> list[Outbox]:
    try:
        return outbox.after(since)
    finally:
        connection.close()


def _last() -> int:
    try:
        return outbox.last_id()
    finally:
        connection.close()


def _lost(since: int) -> bool:
    """True when events behind `since` have already been swept away."""
    try:
        first = Outbox.objects.filter(event_id__isnull=False).order_by("event_id").values_list("event_id").first()
        return bool(first and since and (first[0] or 0) > since + 1)
    finally:
        connection.close()
