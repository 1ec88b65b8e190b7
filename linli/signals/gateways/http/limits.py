"""Before Django: an event's body is taken whole into memory or not at all, within a size and a time.

Django would write a body of any length to disk before a view could refuse it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from linli.signals.gateways.http.body import LARGEST
from linli.signals.gateways.http.refusals import EventRefused, TooLarge, TooSlow

PREFIX = "/in/v1/"
BODY_SECONDS = 30.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class BoundedEvents:
    """The ASGI application `inner`, with bounded bodies under /in/v1/. `seconds`: for the whole body."""

    def __init__(self, inner: Application, seconds: float = BODY_SECONDS) -> None:
        self.inner, self.seconds = inner, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 413 or 408 and close."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.inner(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.seconds):
                first = await _whole(receive, _declared(scope))
        except TimeoutError:
            await _refuse(send, TooSlow(seconds=int(self.seconds)))
        except EventRefused as refusal:
            await _refuse(send, refusal)
        else:
            if first is not None:
                await self.inner(scope, _again(first, receive), send)


def _declared(scope: Scope) -> int:
    said: bytes = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said[:12]) if said.isdigit() else 0


async def _whole(receive: Receive, declared: int) -> bytes | None:
    """The body; None when the sender went away. Raises TooLarge."""
    body = bytearray()
    more = declared <= LARGEST
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            break
    if declared > LARGEST or len(body) > LARGEST:
        raise TooLarge(path="$", most=LARGEST)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body` first."""
    waiting: list[Mapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Mapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return next_message


async def _refuse(send: Send, refusal: EventRefused) -> None:
    said = json.dumps({"status": refusal.status, **refusal.as_dict()}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(said)).encode())]
    await send(
        {"type": "http.response.start", "status": refusal.status, "headers": [*headers, (b"connection", b"close")]}
    )
    await send({"type": "http.response.body", "body": said})
