"""Answers to test vectors and to bare hex, as JSON-able rows: `linli signals decode jt808` prints them.

Bytes that are exactly one frame give its row. Anything else is a stream: the row says how it was cut (`frames`,
`serials`, `pending_bytes`, `skipped_bytes`) and carries no single reply.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linli.base import clock
from linli.base.clock import LOCAL
from linli.signals.gateways.jt808 import decode as decoding
from linli.signals.gateways.jt808 import reply
from linli.signals.gateways.jt808.bodies import Attributes, Authentication, GeneralReply, Registration
from linli.signals.gateways.jt808.decode import Batch, Message, PositionAnswer, decode, identity, joined
from linli.signals.gateways.jt808.fragments import Sets
from linli.signals.gateways.jt808.frames import MARK, Frame, FrameReader, Malformed
from linli.signals.gateways.jt808.position import Position, bits

FUTURE, PAST = timedelta(minutes=5), timedelta(days=7)
DROPPED_REASONS = frozenset({"noise", "no_marker", "too_long"})
WORST = ("accept", "accept_with_deviation", "incomplete", "drop", "quarantine")
# The day on which the vectors were made: what lies beyond it and beyond today is the future.
MADE = datetime(2026, 8, 24, 6, 30, 15, tzinfo=UTC)
_REFUSED_BUT_READ = frozenset({"unsupported", "from_platform"})


def answer_vectors(path: Path | str) -> Iterator[dict[str, Any]]:
    """One row for each vector of the file, `{"id": …, <fields>}`, in order; parts of one message find each other."""
    loaded = json.loads(Path(path).read_text(encoding="utf-8"))
    sets = Sets()
    for vector in loaded if isinstance(loaded, list) else loaded["vectors"]:
        told = vector.get("receiver_clock") or (vector.get("expect") or {}).get("receiver_clock")
        now = datetime.fromisoformat(told) if told else None
        yield {"id": vector["id"], **answer(bytes.fromhex(vector["hex"]), sets, now)}


def answer_bytes(data: bytes, *, key: str | None = None, now: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row for each message in a stream of bytes, whole or not (the protocol has no `key`)."""
    reader, sets = FrameReader(), Sets()
    for item in [*reader.feed(data), *reader.close()]:
        yield _row(item, sets, now)


def answer_hex(text: str, *, key: str | None = None, now: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The same for hexadecimal digits. Raises ValueError for anything else."""
    return answer_bytes(bytes.fromhex(text), key=key, now=now)


def answer(data: bytes, sets: Sets, now: datetime | None) -> dict[str, Any]:
    """The row of one vector's bytes."""
    reader = FrameReader()
    items = reader.feed(data)
    pending = reader.held
    items += [item for item in reader.close() if _is_skipped(item)]
    rows = [_row(item, sets, now) for item in items]
    if len(rows) == 1 and data[:1] == MARK == data[-1:] and data.count(MARK) == 2:
        return rows[0]
    return _stream(items, rows, pending)


def _stream(items: list[Frame | Malformed], rows: list[dict[str, Any]], pending: int) -> dict[str, Any]:
    cut = [(item, row) for item, row in zip(items, rows, strict=True) if not _is_skipped(item)]
    frames = [item if isinstance(item, Frame) else item.frame for item, _ in cut]
    verdicts = [row["verdict"] for _, row in cut] or ["incomplete" if pending else "drop"]
    whole: dict[str, Any] = dict(cut[0][1]) if len(cut) == 1 else {}
    return whole | {
        "verdict": max(verdicts, key=WORST.index),
        "reply": None,
        "frames": len(cut),
        "message_ids": [_number(frame.message_id) for frame in frames if frame],
        "serials": [frame.serial for frame in frames if frame],
        "pending_bytes": pending,
        "skipped_bytes": sum(len(item.raw) for item in items if _is_skipped(item)),
        "unescaped": [item.raw.hex() for item, _ in cut],
        "messages": [row for _, row in cut],
    }


def _is_skipped(item: Frame | Malformed) -> bool:
    return isinstance(item, Malformed) and item.reason in DROPPED_REASONS


def _row(item: Frame | Malformed, sets: Sets, now: datetime | None) -> dict[str, Any]:
    if isinstance(item, Frame):
        return as_json(_assembled(decode(item), sets), now)
    verdict = "drop" if _is_skipped(item) else "incomplete" if item.reason == "incomplete" else "quarantine"
    row: dict[str, Any] = {"verdict": verdict, "error": item.reason, "reply": None, "raw": item.raw.hex()}
    return row | {"frame": _frame(item.frame), "body_hex": item.frame.body.hex()} if item.frame else row


def _assembled(message: Message, sets: Sets) -> tuple[Message, str]:
    """The message with its verdict; the last part of a set is the whole message."""
    frame = message.frame
    if message.refused:
        return message, "accept" if message.refused in _REFUSED_BUT_READ else "quarantine"
    if frame.total is None or frame.index is None:
        return message, "accept"
    key = (frame.phone.hex(), frame.message_id, frame.total)
    outcome = sets.add(key, frame.index, frame.serial, frame.body)
    if outcome in ("kept", "again"):
        return message, "incomplete"
    if outcome != "whole":
        message.refused, message.result = f"fragment_{outcome}", reply.WRONG
        return message, "quarantine"
    parts = sets.sets.pop(key)
    found = joined(message, parts.joined())
    if not parts.consecutive:
        found.deviations.append("fragment_serials_not_consecutive")
    whole = Message(frame, found.body, found.deviations, found.refused, found.reply, found.result)
    return whole, "accept" if whole.refused in ("", *_REFUSED_BUT_READ) else "quarantine"


def as_json(judged: tuple[Message, str], now: datetime | None = None) -> dict[str, Any]:
    """Everything of a message in JSON's types."""
    message, verdict = judged
    deviations = message.deviations + _clock_deviations(message, now)
    if verdict == "accept" and deviations:
        verdict = "accept_with_deviation"
    row: dict[str, Any] = {
        "verdict": verdict,
        "frame": _frame(message.frame),
        "reply": _reply(message, now),
        "deviations": deviations,
        "signals": len(message.positions),
    }
    if message.refused:
        row["error"] = message.refused
    if message.frame.message_id not in decoding.DROPPED:
        row["body_hex"] = message.frame.body.hex()
    body = body_json(message.body)
    if body is not None:
        row["body"] = body
    if message.positions:
        row["position_valid"] = all(position.usable for position in message.positions)
    return row


def _clock_deviations(message: Message, now: datetime | None) -> list[str]:
    today = now or max(MADE, clock.now())
    times = [position.time for position in message.positions if position.time]
    found = ["time_in_future"] if any(time - today > FUTURE for time in times) else []
    if now is not None and any(now - time > PAST for time in times):
        found.append("time_too_old")
    return found


def _number(message_id: int) -> str:
    return f"0x{message_id:04x}"


def _frame(frame: Frame) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message_id": _number(frame.message_id),
        "attributes": _number(frame.attributes),
        "version_flag": frame.attributes >> 14 & 1,
        "phone": frame.phone.hex(),
        "identity": identity(frame.phone),
        "serial": frame.serial,
        "body_length_declared": frame.declared,
        "body_length": len(frame.body),
        "fragment": int(frame.total is not None),
        "encryption": frame.encryption,
        "checksum_ok": frame.checksum_ok,
        "length_ok": frame.length_ok,
    }
    if frame.version is not None:
        row["protocol_version"] = frame.version
    if frame.total is not None:
        row |= {"total": frame.total, "index": frame.index}
    return row


def _reply(message: Message, now: datetime | None) -> dict[str, Any] | None:
    """What an authenticated terminal is answered, with platform serial 0; a registered one gets its phone as code."""
    frame = message.frame
    if message.reply == decoding.NEVER_ANSWERED:
        return None
    if message.reply == reply.SERVER_TIME:
        sent = reply.server_time(frame, now or clock.now(), 0)
        return {"message_id": _number(reply.SERVER_TIME), "result": 0, "example": sent.hex()}
    if message.reply == reply.REGISTERED and not message.refused:
        sent = reply.registered(frame, message.result, 0, identity(frame.phone))
        return {"message_id": _number(reply.REGISTERED), "result": message.result, "example": sent.hex()}
    sent = reply.general(frame, message.result, 0)
    return {"message_id": _number(reply.GENERAL), "result": message.result, "hex_with_platform_serial_0": sent.hex()}


def body_json(body: Any) -> dict[str, Any] | None:
    """A decoded body; None for one that has none."""
    match body:
        case Position():
            return _position(body)
        case PositionAnswer():
            return {"rseq": body.serial, **_position(body.position)}
        case Batch():
            return {"count": body.count, "type": body.kind, "positions": [_position(one) for one in body.positions]}
        case GeneralReply():
            return {"rseq": body.serial, "rid": f"{body.message_id:04x}", "result": body.result}
        case Registration():
            return {
                "edition": body.edition, "province": body.province, "city": body.city, "maker": body.maker,
                "model": body.model, "tid": body.terminal, "color": body.colour, "plate": body.plate,
            }  # fmt: skip
        case Authentication():
            row: dict[str, Any] = {"auth": body.code}
            return row if body.imei is None else row | {"imei": body.imei, "sw": body.software}
        case Attributes():
            return {
                "maker": body.maker, "model": body.model, "tid": body.terminal, "hardware": body.hardware,
                "firmware": body.firmware,
            }  # fmt: skip
        case (serial, count):
            return {"rseq": serial, "count": count}
    return None


def _position(position: Position) -> dict[str, Any]:
    time = position.time
    return {
        "alarm": f"{position.alarm:08x}",
        "status": f"{position.status:08x}",
        "alarm_bits": position.alarm_bits,
        "status_bits": bits(position.status),
        "acc": position.status & 1,
        "fix": position.status >> 1 & 1,
        "lat": position.lat,
        "lon": position.lon,
        "alt_m": position.altitude,
        "speed_kmh": position.speed,
        "course": position.course,
        "time": time.astimezone(LOCAL).isoformat() if time else f"raw:{position.time_text}",
        "items": position.items,
    }
