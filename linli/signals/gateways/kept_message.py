"""A message with its surroundings in one form: kept in the log and in quarantine, and read again from there."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_PAYLOAD, MOST_PACKED = 46 * 1024, 64 * 1024


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """`number`: what stands for the sender's own number where the message has none; `topic`: of MQTT, or what follows
    the source in an HTTP address; `properties`: user properties of MQTT 5; `retained`: the broker told it again."""

    number: str
    topic: str
    payload: bytes
    content_type: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    retained: bool = False


def pack(message: KeptMessage) -> bytes:
    """Canonical JSON; the payload as text where it is text and fits, else in base64. At most 64 KiB."""
    try:
        packed = _packed(message, "payload", message.payload.decode())
    except UnicodeDecodeError:
        packed = b""
    if packed and len(packed) <= MOST_PACKED:
        return packed
    cut = message.payload[: MOST_PAYLOAD - len(message.topic)]
    return _packed(message, "payload_base64", base64.b64encode(cut).decode())


def _packed(message: KeptMessage, name: str, payload: str) -> bytes:
    said = {"number": message.number, "topic": message.topic, name: payload}
    if message.content_type:
        said["content_type"] = message.content_type
    if message.retained:
        said["retained"] = True  # type: ignore[assignment]
    if message.properties:
        said["properties"] = dict(message.properties)  # type: ignore[assignment]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def unpack(raw: bytes) -> KeptMessage:
    """The message again. Raises ValueError for bytes that are none of ours."""
    try:
        said = json.loads(raw)
        payload = base64.b64decode(said["payload_base64"]) if "payload_base64" in said else said["payload"].encode()
        return KeptMessage(
            said["number"], said["topic"], payload, said.get("content_type", ""), said.get("properties", {}),
            bool(said.get("retained")),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"no kept message: {fault!r}") from None
