"""Answers to test vectors and to bare bytes, as JSON-able rows: `linli signals decode gb26875` prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from linli.signals.gateways.gb26875 import units
from linli.signals.gateways.gb26875.analog import scaled
from linli.signals.gateways.gb26875.decode import Decoded, decode, too_long
from linli.signals.gateways.gb26875.frames import Frame, FrameReader, Malformed, checksum, read_datagram
from linli.signals.gateways.gb26875.profiles import PROFILES
from linli.signals.gateways.gb26875.units import Item, Unit


def answer_vectors(path: Path | str) -> Iterator[dict[str, Any]]:
    """One row for each vector of the file, `{"id": …, <fields>}`; the same order."""
    loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    for vector in loaded if isinstance(loaded, list) else loaded["vectors"]:
        yield {"id": vector["id"], **answer_vector(vector)}


def answer_vector(vector: dict[str, Any]) -> dict[str, Any]:
    """The answer to one vector: the fields of its first frame, the replies to all of them, by commas."""
    profile = str(vector.get("version", "")).partition("+")[2]
    found = read_datagram(bytes.fromhex(vector["hex"]))
    rows = [_row(item, profile) for item in found]
    whole = [row for row in rows if "command" in row]
    if not whole:
        return next((row for row in rows if row["verdict"] != "drop"), rows[0] if rows else _nothing())
    return {
        **whole[0],
        "reply": ",".join(row["reply"] for row in whole),
        "frames": len(whole),
        "sequences": [row["sequence"] for row in whole],
    }


def answer_bytes(data: bytes, *, key: str | None = None) -> Iterator[dict[str, Any]]:
    """One row for each message in a stream of bytes, whole or not. `key` is for other protocols: nothing is encrypted."""
    reader = FrameReader()
    for item in [*reader.feed(data), *reader.close()]:
        yield _row(item)


def _row(item: Frame | Malformed, profile: str = "") -> dict[str, Any]:
    if isinstance(item, Frame):
        return as_json(decode(item, PROFILES.get(profile)))
    return as_json(too_long(item)) if item.reason == "too_long" else _malformed(item)


def _nothing() -> dict[str, Any]:
    return _malformed(Malformed("incomplete", b""))


def _malformed(item: Malformed) -> dict[str, Any]:
    verdict = {"incomplete": "incomplete", "noise": "drop"}.get(item.reason, "quarantine")
    return {"verdict": verdict, "reply": "none", "reasons": [item.reason], "deviations": [], "raw": item.raw.hex()}


def as_json(decoded: Decoded) -> dict[str, Any]:
    """Everything of a decoded frame in JSON's types. Addresses in the standard's order, highest byte first."""
    head = decoded.header
    return {
        "verdict": decoded.verdict,
        "reply": decoded.reply,
        "reasons": list(decoded.reasons),
        "deviations": list(decoded.deviations),
        "profile": decoded.profile.key,
        "sequence": head.sequence,
        "version": list(head.version),
        "time_tag": _iso(decoded.time_tag),
        "time_tag_raw": head.time_raw.hex(),
        "source": head.source[::-1].hex(),
        "source_wire": head.source.hex(),
        "destination": head.destination[::-1].hex(),
        "length": head.length,
        "command": head.command,
        "checksum": decoded.raw[-3],
        "checksum_calc": checksum(decoded.raw),
        "checksum_ok": decoded.checksum_ok,
        "end_ok": decoded.end_ok,
        "unit": _unit(decoded.unit),
        "raw": decoded.raw.hex(),
    }


def _unit(unit: Unit | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    row = {"type": unit.type, "count": unit.number, "objects": [_object(unit.type, item) for item in unit.items]}
    return row if unit.raw is None else row | {"raw": unit.raw.hex()}


def _object(type_: int, item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: value
        for name in ("system_type", "system_address", "component_type", "minutes", "reserved")
        if (value := getattr(item, name)) is not None
    }
    if item.records is not None:
        row["count"] = item.records
    if item.address is not None:
        row["component_address"] = item.address.hex()
        row["zone"], row["point"] = units.place(item.address)
    if item.status is not None:
        operation = type_ in (units.OPERATION, units.DEVICE_OPERATION)
        row |= {"operation_bits": list(units.bits(item.status))} if operation else {
            "status": item.status,
            "status_bits": list(units.bits(item.status)),
        }  # fmt: skip
    if item.operator is not None:
        row["operator"] = item.operator
    if item.analog_type is not None and item.value is not None:
        value, unit = scaled(item.analog_type, item.value)
        row |= {"analog_type": item.analog_type, "raw": item.value, "value": value, "unit": unit}
    if item.major is not None:
        row["version"] = f"{item.major}.{item.minor}"
    if item.text_raw is not None:
        row["text"] = item.text
    if item.time_raw is not None or type_ == units.DEVICE_STATE:
        row["time"] = _iso(item.time)
    return row


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
