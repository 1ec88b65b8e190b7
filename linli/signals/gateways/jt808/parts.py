"""The parts of long messages in the store: a part is acknowledged when its row is committed, so it must outlive us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linli.signals import quarantine
from linli.signals.gateways.jt808.fragments import GIVEN_UP_AFTER, Key, Part, PartSet, Sets, digest
from linli.signals.gateways.jt808.frames import Frame
from linli.signals.models import TerminalPart


def under_way(identities: Iterable[str]) -> Sets:
    """The unfinished sets of these terminals; the bodies stay in the store."""
    found = Sets()
    rows = TerminalPart.objects.filter(identity__in=list(identities)).order_by("id").defer("body")
    for row in rows:
        key = (row.identity, row.message_id, row.total)
        group = found.sets.setdefault(key, PartSet(row.total, row.received_at))
        group.parts[row.index] = Part(row.serial, bytes(row.digest))
    return found


def keep(identity: str, frame: Frame, at: datetime) -> None:
    """Store one part."""
    TerminalPart.objects.create(
        identity=identity, message_id=frame.message_id, total=frame.total or 0, index=frame.index or 0, serial=frame.serial,
        digest=digest(frame.body), body=frame.body, received_at=at,
    )  # fmt: skip


def take(key: Key, last: Frame) -> bytes:
    """The whole body of a complete set, whose `last` part is at hand; its rows are gone."""
    rows = TerminalPart.objects.filter(identity=key[0], message_id=key[1], total=key[2])
    bodies = {row.index: bytes(row.body) for row in rows}
    rows.delete()
    bodies[last.index or 0] = last.body
    return b"".join(bodies[index] for index in sorted(bodies))


def waiting(now: datetime) -> dict[Key, PartSet]:
    """Every unfinished set that is younger than a minute; older ones go to quarantine, with what there is of them."""
    sets: dict[Key, PartSet] = {}
    for row in TerminalPart.objects.order_by("id").defer("body"):
        key = (row.identity, row.message_id, row.total)
        group = sets.setdefault(key, PartSet(row.total, row.received_at))
        group.parts[row.index] = Part(row.serial, bytes(row.digest))
    for key, group in list(sets.items()):
        if group.since and now - group.since > GIVEN_UP_AFTER:
            _give_up(key, group)
            del sets[key]
    return sets


def _give_up(key: Key, group: PartSet) -> None:
    identity, message_id, total = key
    rows = TerminalPart.objects.filter(identity=identity, message_id=message_id, total=total)
    body = b"".join(bytes(row.body) for row in rows.order_by("index"))
    rows.delete()
    detail = f"message 0x{message_id:04x}, {len(group.parts)} of {total} parts"
    quarantine.note("jt808", f"jt808:{identity}", "fragment_expired", body, detail)
