"""Kept events read again after a correction: with the source's rights of today, at the time they came."""

from __future__ import annotations

from datetime import datetime

from linli.signals.envelope import Envelope
from linli.signals.gateways.http import events, intake, sources
from linli.signals.gateways.http.refusals import EventRefused
from linli.signals.models import EventSource
from linli.signals.quarantine import Unreadable


def reread(raw: bytes, source: str, received_at: datetime) -> list[Envelope]:
    """The envelope of a kept event of `source` (`http:<uri>`). Raises Unreadable with the reason of today."""
    registered = EventSource.objects.filter(uri=source.partition(":")[2], active=True).select_related("asset").first()
    if registered is None:
        raise Unreadable("not-a-source", f"{source} is no active source")
    try:
        said = intake.said_of(registered, events.read(raw))
        asset = sources.subject(registered, said.subject, sources.subjects([said.subject]))
        envelope = intake.envelope_of(registered, said, raw, intake.Carried(received_at, received_at), asset)
    except EventRefused as refusal:
        raise Unreadable(refusal.kept or refusal.code, str(refusal)) from None
    part = intake.Part(said, raw, envelope)
    if intake.contents([part.fingerprint]).get(part.fingerprint, part.content) != part.content:
        raise Unreadable("other-content", f"id {said.id} was used before for other content")
    return [envelope]
