"""Answers to test vectors and to bare hex, as JSON-able rows: `linli signals decode dc09` prints them.

In the form of the vectors a text has one character for each byte (Latin-1); `text_readable` is what a person reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from linli.signals.gateways.dc09 import codes, extended
from linli.signals.gateways.dc09.crypto import BadKey, Key
from linli.signals.gateways.dc09.decode import Decoded, decode
from linli.signals.gateways.dc09.events import Event
from linli.signals.gateways.dc09.frames import Frame, FrameReader, Malformed, read_datagram
from linli.signals.gateways.dc09.profiles import PROFILES, TOLERANT


def answer_vectors(path: Path | str) -> Iterator[dict[str, Any]]:
    """One row for each vector of the file, `{"id": …, <fields>}`; the same order."""
    loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    for vector in loaded if isinstance(loaded, list) else loaded["vectors"]:
        yield {"id": vector["id"], **answer_vector(vector)}


def answer_vector(vector: dict[str, Any], profile: str = TOLERANT.key) -> dict[str, Any]:
    """The answer to one vector. Of several messages in its bytes the first whole frame counts."""
    messages = read_datagram(bytes.fromhex(vector["hex"]))
    clock = vector.get("receiver_clock_utc")
    frames = [item for item in messages if isinstance(item, Frame)]
    if not frames:
        broken = [item for item in messages if isinstance(item, Malformed)]
        return _malformed(broken[0] if broken else Malformed("incomplete", b""))
    decoded = decode(
        frames[0],
        key=_key(vector.get("key")),
        now=datetime.fromisoformat(clock) if clock else None,
        profile=PROFILES[profile],
    )
    return as_json(decoded)


def _key(text: str | None) -> Key | None:
    """The key of a vector; one that cannot be a key is none, as at a receiver where nobody could have entered it."""
    try:
        return Key.parse(text) if text else None
    except BadKey:
        return None


def answer_bytes(data: bytes, *, key: str | None = None, now: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row for each message in a stream of bytes, whole or not."""
    reader = FrameReader()
    opened = Key.parse(key) if key else None
    for item in [*reader.feed(data), *reader.close()]:
        yield as_json(decode(item, key=opened, now=now)) if isinstance(item, Frame) else _malformed(item)


def answer_hex(text: str, *, key: str | None = None, now: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The same for hexadecimal digits; blanks between them are allowed. Raises ValueError for anything else."""
    return answer_bytes(bytes.fromhex(text), key=key, now=now)


def _malformed(item: Malformed) -> dict[str, Any]:
    return {
        "verdict": "incomplete" if item.reason == "incomplete" else "quarantine",
        "reply": "none",
        "error": item.reason,
        "reasons": [item.reason],
        "deviations": [],
        "crc_ok": False,
        "length_ok": False,
        "events": [],
        "raw": extended.blank_keys(item.raw).hex(),
    }


def as_json(decoded: Decoded) -> dict[str, Any]:
    """Everything of a decoded frame in JSON's types."""
    moment = decoded.timestamp
    return {
        "verdict": decoded.verdict,
        "reply": decoded.reply,
        "error": decoded.reasons[0] if decoded.reasons else None,
        "reasons": list(decoded.reasons),
        "deviations": list(decoded.deviations),
        "token": decoded.token,
        "encrypted": decoded.encrypted,
        "seq": decoded.sequence,
        "receiver": decoded.receiver,
        "line": decoded.line,
        "account": decoded.account,
        "identity": decoded.identity,
        "crc_ok": decoded.crc_ok,
        "length_ok": decoded.length_ok,
        "data": decoded.data,
        "data_account": decoded.data_account,
        "events": [_event(event) for event in decoded.events],
        "text_blocks": list(decoded.texts),
        "xdata": [{"id": name, "value": value} for name, value in decoded.fields],
        "xdata_raw": decoded.fields_raw,
        "timestamp_utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None,
        "timestamp_text": decoded.timestamp_text,
        "age_seconds": decoded.age_seconds,
        "raw": decoded.raw.hex(),
    }


def _event(event: Event) -> dict[str, Any]:
    meant = codes.meaning(event)
    row: dict[str, Any] = {
        "format": event.format,
        "qualifier": event.qualifier,
        "code": event.code,
        "address": event.address,
        "kind": meant.kind,
        "phase": meant.phase,
        "name_zh": meant.name_zh,
        "name_en": meant.name_en,
    }
    if event.format == "CID":
        return row | {"partition": event.area}
    return row | {
        "text": event.text,
        "text_readable": extended.readable(event.text) if event.text else None,
        "area": event.area,
        "user": event.user,
        "time": event.time,
    }
