"""Kept events read again after a correction: with the source's rights of today, at the time they came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways import kept_message
from linli.signals.gateways.http import events, intake, sources, strict_json
from linli.signals.gateways.http.intake import Carried
from linli.signals.gateways.http.refusals import EventRefused
from linli.signals.gateways.kept_message import KeptMessage
from linli.signals.gateways.plain import read_plain
from linli.signals.gateways.said import Said
from linli.signals.mapping import versions
from linli.signals.models import EventSource
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelopes of a kept event of `source` (`http:<uri>`). Raises Unreadable with the reason of today."""
    sender, carried = registered(source.partition(":")[2]), Carried(received_at, received_at)
    if (plain := _plain(raw)) is not None:
        return reread_plain(sender, plain, raw, carried)
    try:
        said = intake.said_of(sender, events.read(raw))
    except EventRefused as refusal:
        raise Unreadable(refusal.kept or refusal.code, str(refusal)) from None
    return envelopes(sender, [said], raw, carried)


def registered(uri: str) -> EventSource:
    """The active source of this URI. Raises Unreadable."""
    found = EventSource.objects.filter(uri=uri, active=True).select_related("asset").first()
    if found is None:
        raise Unreadable("not-a-source", f"{uri} is no active source")
    return found


def _plain(raw: bytes) -> KeptMessage | None:
    """The message of the address for plain JSON; None when `raw` is a CloudEvent (or nothing)."""
    try:
        said = strict_json.loads(raw)
        if isinstance(said, dict) and "number" in said and "topic" in said and "specversion" not in said:
            return kept_message.unpack(raw)
    except (EventRefused, ValueError):
        return None
    return None


def reread_plain(source: EventSource, message: KeptMessage, raw: bytes, carried: Carried) -> list[Envelope]:
    """Plain JSON by the mapping of today. Raises Unreadable when part of it is still not understood."""
    mapping = versions.rules_of([source.pk]).get(source.pk)
    try:
        said, refused = read_plain(message.payload, message.topic, message.number, source, mapping)
    except EventRefused as refusal:
        raise Unreadable(refusal.kept or refusal.code, str(refusal)) from None
    if refused:
        raise Unreadable(refused[0].kept, str(refused[0]))
    return envelopes(source, said, raw, carried)


def envelopes(source: EventSource, said: Sequence[Said], raw: bytes, carried: Carried) -> list[Envelope]:
    """What they say, if the source may say it today. Raises Unreadable for the first that may not."""
    assets = sources.subjects(one.subject for one in said)
    parts = []
    for one in said:
        try:
            asset = sources.subject(source, one.subject, assets)
            parts.append(intake.Part(one, raw, intake.envelope_of(source, one, raw, carried, asset)))
        except EventRefused as refusal:
            raise Unreadable(refusal.kept or refusal.code, str(refusal)) from None
    known = intake.contents([part.fingerprint for part in parts])
    for part in parts:
        if known.get(part.fingerprint, part.content) != part.content:
            raise Unreadable("other-content", f"id {part.said.id} was used before for other content")
    return [part.envelope for part in parts if part.envelope is not None]
