"""Answers to test vectors and to bare bytes, as JSON-able rows: `linli signals decode gb28181` prints them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linli.base import clock
from linli.signals.gateways.gb28181 import answers, mapping
from linli.signals.gateways.gb28181.framing import Item, Malformed, StreamReader, read_datagram
from linli.signals.gateways.gb28181.reading import Reading, read
from linli.signals.gateways.gb28181.sip import Message

UNKNOWN = "3499"
"""In the vectors every sender is registered, except those whose number begins so."""
_HEADERS = {"event": "event", "subscription_state": "subscription-state", "subject": "subject", "x_gb_ver": "x-gb-ver"}


def answer_vectors(path: Path | str) -> Iterator[dict[str, Any]]:
    """One row for each vector of the file, `{"id": …, <fields>}`; the same order."""
    loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    for vector in loaded if isinstance(loaded, list) else loaded["messages"]:
        yield {"id": vector["id"], **answer_vector(vector)}


def answer_vector(vector: dict[str, Any]) -> dict[str, Any]:
    """The answer to one vector: a datagram, or the chunks of a stream."""
    now = _received_at(vector)
    if "chunks_b64" in vector:
        reader = StreamReader()
        items = [item for chunk in vector["chunks_b64"] for item in reader.feed(base64.b64decode(chunk))]
        return _of_stream(items, now)
    data = base64.b64decode(vector["raw_b64"]) if "raw_b64" in vector else vector["raw"].encode(vector["encoding"])
    if vector.get("transport") == "tcp":
        return _of_stream(StreamReader().feed(data), now)
    items = read_datagram(data)
    return as_json(items[0] if items else Malformed("not-sip", data), now)


def answer_bytes(data: bytes, *, key: str | None = None) -> Iterator[dict[str, Any]]:
    """One row for each message in a stream of bytes, whole or not. `key` is not used: nothing is encrypted."""
    reader = StreamReader()
    for item in [*reader.feed(data), *reader.close()]:
        yield as_json(item, clock.now())


def _received_at(vector: dict[str, Any]) -> datetime:
    """The moment of receipt: a capture's own printed Date, else that of the vectors written for the house."""
    said = vector.get("received_at")
    return datetime.fromisoformat(said) if said else datetime(2026, 2, 28, 18, 20, tzinfo=UTC)


def _of_stream(items: list[Item], now: datetime) -> dict[str, Any]:
    rows = [as_json(item, now) for item in items]
    whole = [row for item, row in zip(items, rows, strict=True) if isinstance(item, Message)]
    answer: dict[str, Any] = dict(rows[0]) if rows else {"outcome": "incomplete"}
    answer["sns"] = [int(row["body"]["SN"]) for row in whole if str((row.get("body") or {}).get("SN", "")).isdigit()]
    answer["close"] = any(isinstance(item, Malformed) and item.closes for item in items)
    answer["messages"] = rows
    broken = [item.reason for item in items if isinstance(item, Malformed)]
    if broken:
        answer["reason"] = broken[0]
    return answer


def as_json(item: Item, now: datetime) -> dict[str, Any]:
    """Everything of one message in JSON's types."""
    if isinstance(item, Malformed):
        outcome = "dropped" if item.dropped else "quarantined"
        return {"outcome": outcome, "verdict": outcome, "reason": item.reason, "reply": None, "close": item.closes}
    reading = read(item, now=now, registered=lambda message: not message.from_.user.startswith(UNKNOWN))
    items = reading.body.items("DeviceList") if reading.body else []
    row: dict[str, Any] = {
        "outcome": reading.outcome,
        "reason": reading.reason or None,
        "sip": sip_json(item),
        "body": reading.body.tree if reading.body else None,
        "repairs": reading.notes,
        "recovered_items": reading.recovered,
        "reply": answers.described(reading, now),
        "signals": _signals(reading, now),
        "item_name": items[0].get("Name") if items else None,
        "raw": reading.raw.hex(),
    }
    if reading.outcome == "quarantined":
        row["verdict"] = "quarantine"
    if reading.body and reading.body.sn.isdigit():
        row["sn"] = int(reading.body.sn)
    return row


def sip_json(message: Message) -> dict[str, Any]:
    """The facts of a head."""
    via, contact = message.via, message.contact
    row: dict[str, Any] = {"method": message.method, "request_uri": message.uri} if message.is_request else {
        "status": message.status
    }  # fmt: skip
    row |= {
        "via_branch": via.branch,
        "via_sent_by": via.sent_by,
        "transport": via.transport,
        "from_id": message.from_.user,
        "to_id": message.to.user,
        "from_tag": message.from_.tag,
        "to_tag": message.to.tag,
        "call_id": message.call_id,
        "cseq": message.cseq[0],
        "cseq_method": message.cseq[1],
    }
    optional = {
        "expires": message.expires,
        "contact": contact.uri if contact else None,
        "date_beijing": message.get("date"),
        **{name: message.get(header) for name, header in _HEADERS.items()},
    }
    row |= {name: value for name, value in optional.items() if value is not None}
    row["content_length"] = message.content_length
    row["content_length_exact"] = message.content_length == len(message.body)
    return row


def _signals(reading: Reading, now: datetime) -> list[dict[str, Any]]:
    found = mapping.envelopes(reading, received_at=now, source=f"gb28181:{reading.sender}", trust="registered")
    rows = []
    for envelope in found:
        row = {
            "asset": envelope.values.get("device"),
            "kind": envelope.kind,
            "phase": envelope.phase,
            "occurred_at": envelope.occurred_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "position": list(envelope.place) if envelope.place else None,
        }
        if envelope.place:
            row |= {"lon": envelope.place[0], "lat": envelope.place[1]}
        row |= {name: envelope.values[name] for name in ("online", "intact") if name in envelope.values}
        rows.append(row)
    return rows
