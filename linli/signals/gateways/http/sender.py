"""A small sender: signs one event and posts it. For the demo's day, for trials from the command line, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from linli.base import clock
from linli.base.ids import uuid7
from linli.signals.gateways.http import signature

SECONDS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """The answer: status, headers, and the body as JSON (None when it is none)."""

    status: int
    headers: Mapping[str, str]
    body: Any


def event(
    source: str, kind: str, subject: str, data: Mapping[str, Any], *, id: str = "", time: datetime | None = None
) -> dict[str, Any]:
    """A CloudEvent of `kind` about the asset `subject`; `id` and `time` (now) are made when not given."""
    return {
        "specversion": "1.0",
        "id": id or str(uuid7()),
        "source": source,
        "type": f"linli.{kind}.v1",
        "time": (time or clock.now()).isoformat(),
        "subject": subject,
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def headers_for(body: str, secret: str, source: str, *, webhook_id: str, at: datetime) -> dict[str, str]:
    """The headers of a structured event. `ce-source` is not needed, it spares the house trying other secrets."""
    return {
        "Content-Type": "application/cloudevents+json",
        "ce-source": quote(source, safe="/:"),
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature.sign(secret, webhook_id, at, body),
    }


def send(address: str, secret: str, event: Mapping[str, Any]) -> Said:
    """Post `event` to `address` (http or https). Raises OSError when nobody answers; redirects are not followed."""
    body = json.dumps(event, ensure_ascii=False)
    headers = headers_for(body, secret, event["source"], webhook_id=event["id"], at=clock.now())
    parts = urlsplit(address)
    opened = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = opened(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", parts.path or "/in/v1/events", body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read()
        return Said(answer.status, dict(answer.getheaders()), _json(text))
    finally:
        connection.close()


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
