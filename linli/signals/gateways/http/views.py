"""`POST /in/v1/events`: the rim of the entrance. It answers after the commit, or says why not; it never redirects."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from linli.base import clock
from linli.signals.gateways.http import body as bodies
from linli.signals.gateways.http import events, pace, signature, sources, strict_json
from linli.signals.gateways.http.intake import PROTOCOL, Answer, Message, Part, keep, said_of, take
from linli.signals.gateways.http.refusals import (
    EventRefused,
    NotEncryptedLine,
    NotReadable,
    NotSigned,
    StoreAway,
    TooLarge,
    TooMany,
    WrongSignature,
)
from linli.signals.models import EventSource
from linli.signals.quarantine import quarantine

log = logging.getLogger("linli.signals.http")

METHODS = ("POST", "OPTIONS")
UNPROVEN_PER_MINUTE = 60
TRY_AGAIN_SECONDS = 5
READABLE = {"ensure_ascii": False}


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """`POST /in/v1/events`: CloudEvents in structured or batched mode, signed; 201 durable, 200 known already."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    try:
        return _handshake(request) if request.method == "OPTIONS" else _post(request)
    except EventRefused as refusal:
        return _said(Answer(refusal.status, refusal=refusal))
    except DatabaseError:
        log.exception("the database does not take events")
        return _said(Answer(StoreAway.status, refusal=StoreAway(seconds=TRY_AGAIN_SECONDS)))


def _post(request: HttpRequest) -> HttpResponse:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise NotEncryptedLine()
    mode = bodies.mode_of(request)
    try:
        raw = bodies.read(request, mode)
    except UnreadablePostError:
        raise NotReadable(path="$", advice=_("the connection ended inside the body")) from None
    message = _proven(request, raw)
    wait = pace.sources.wait(message.source.uri, message.source.per_minute, message.received_at.timestamp())
    if wait:
        raise _noted(message.source, TooMany(seconds=wait))
    try:
        return _batch(message) if mode.batched else _single(message)
    except EventRefused as refusal:
        return _said(_noted_answer(message.source, keep(message.source, refusal, raw)))


def _proven(request: HttpRequest, raw: bytes) -> Message:
    """The message with the source that signed it. Raises NotSigned, ClockOff, WrongSignature, TooMany."""
    now = clock.now()
    address = request.META.get("REMOTE_ADDR") or "-"
    said = unquote(request.headers.get("ce-source", ""))
    try:
        claim = signature.claim_of(request.headers, now)
        for source in sources.active(said):
            if signature.fits(claim, raw, sources.secrets_of(source, now)):
                return Message(source, claim.id, claim.at, now, raw)
        raise WrongSignature()
    except EventRefused as refusal:
        if wait := pace.addresses.wait(address, UNPROVEN_PER_MINUTE, now.timestamp()):
            raise TooMany(seconds=wait) from None
        sources.note_refusal([said] if said else [], refusal.code)
        reason = "not-signed" if isinstance(refusal, NotSigned) else "wrong-signature"
        quarantine(PROTOCOL, f"{PROTOCOL}:{address}", reason, None, f"{said} {refusal.text()}".strip())
        raise


def _single(message: Message) -> HttpResponse:
    part = Part(said_of(message.source, events.read(message.body)), message.body)
    take(message, [part])
    assert part.answer is not None
    return _said(_noted_answer(message.source, part.answer))


def _batch(message: Message) -> HttpResponse:
    """A verdict for each event, in order. 201 all new, 200 all known or new, 207 when one or more were refused."""
    parts: list[Part | Answer] = []
    for place, said in enumerate(events.batch(message.body)):
        raw = strict_json.dumps(said)
        try:
            if len(raw) > bodies.STRUCTURED.most:
                raise TooLarge(path=f"[{place}]", most=bodies.STRUCTURED.most)
            parts.append(Part(said_of(message.source, events.read_part(said, place)), raw))
        except EventRefused as refusal:
            parts.append(keep(message.source, refusal, raw))
    take(message, [part for part in parts if isinstance(part, Part)])
    answers = [part.answer if isinstance(part, Part) else part for part in parts]
    done = [_noted_answer(message.source, answer) for answer in answers if answer is not None]
    worst = max(answer.status for answer in done)
    status = worst if worst < 300 and len({answer.status for answer in done}) == 1 else 200 if worst < 300 else 207
    return JsonResponse({"verdicts": [_facts(answer) for answer in done]}, status=status, json_dumps_params=READABLE)


def _noted(source: EventSource, refusal: EventRefused) -> EventRefused:
    sources.note_refusal([source.uri], refusal.code)
    return refusal


def _noted_answer(source: EventSource, answer: Answer) -> Answer:
    if answer.refusal is not None:
        _noted(source, answer.refusal)
    return answer


def _facts(answer: Answer) -> dict[str, Any]:
    facts: dict[str, Any] = {"status": answer.status}
    if answer.refusal is not None:
        facts |= answer.refusal.as_dict()
    else:
        facts["id"] = str(answer.id) if answer.id else None
    if answer.quarantine is not None:
        facts["quarantine"] = str(answer.quarantine)
    return facts


def _said(answer: Answer) -> HttpResponse:
    response = JsonResponse(_facts(answer), status=answer.status, json_dumps_params=READABLE)
    if answer.refusal is not None and "seconds" in answer.refusal.fields and answer.status in (429, 503):
        response["Retry-After"] = str(answer.refusal.fields["seconds"])
    return response


def _handshake(request: HttpRequest) -> HttpResponse:
    """The web-hook validation (cloudevents/http-webhook.md §4): allowed for configured origins, else just silent."""
    response = HttpResponse(status=200)
    response["Allow"] = ", ".join(METHODS)
    origin = request.headers.get("WebHook-Request-Origin", "")
    allowing = sources.allowing(origin) if origin else []
    if allowing:
        response["WebHook-Allowed-Origin"] = origin
        response["WebHook-Allowed-Rate"] = str(min(source.per_minute for source in allowing))
    return response
