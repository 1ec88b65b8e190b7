"""`POST /in/v1/warnings`: one CAP document, proven by its own signature or by that of a registered event source."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from linli.base import clock
from linli.signals import reasons
from linli.signals.gateways.cap import intake
from linli.signals.gateways.cap.xml import MOST_BYTES
from linli.signals.gateways.http import pace, signature, sources
from linli.signals.gateways.http.refusals import (
    EventRefused,
    NotEncryptedLine,
    NotReadable,
    OtherMediaType,
    StoreAway,
    TooLarge,
    TooMany,
    WrongSignature,
)
from linli.signals.models import EventSource

log = logging.getLogger("linli.signals.cap")
TYPES = ("application/cap+xml", "application/xml", "text/xml")
UNPROVEN_PER_MINUTE = 60
TRY_AGAIN_SECONDS = 5
STATUS = {"accepted": 201, "duplicate": 200, "quarantined": 422}


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """201 durable, 200 known already, 422 kept in quarantine with its reason; never a redirect."""
    if request.method != "POST":
        return HttpResponseNotAllowed(("POST",))
    try:
        return _post(request)
    except EventRefused as refusal:
        return _refused(refusal)
    except DatabaseError:
        log.exception("the database does not take warnings")
        return _refused(StoreAway(seconds=TRY_AGAIN_SECONDS))


def _post(request: HttpRequest) -> HttpResponse:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise NotEncryptedLine()
    said = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if said not in TYPES:
        raise OtherMediaType(header="Content-Type", said=said[:80], reads=", ".join(TYPES))
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise OtherMediaType(header="Content-Encoding", said="", reads="identity")
    via = _line(request)
    try:
        body = request.read(MOST_BYTES + 1)
    except UnreadablePostError:
        raise NotReadable(path="$", advice=_("the connection ended inside the body")) from None
    if len(body) > MOST_BYTES:
        raise TooLarge(path="$", most=MOST_BYTES)
    taken = intake.take(body, _proven(request, body) if via is None else via)
    answer = {"outcome": taken.outcome, "id": str(taken.id)}
    if taken.reason:
        answer |= {"reason": taken.reason, "sentence": reasons.label(taken.reason)}
    return JsonResponse(answer, status=STATUS[taken.outcome], json_dumps_params={"ensure_ascii": False})


def _line(request: HttpRequest) -> str | None:
    """The line of one who does not sign the request (his document has to be signed); None when he does.

    Raises TooMany: an address that proves nothing has to go slowly.
    """
    if request.headers.get("webhook-signature"):
        return None
    address = request.META.get("REMOTE_ADDR") or "-"
    if wait := pace.addresses.wait(address, UNPROVEN_PER_MINUTE, clock.now().timestamp()):
        raise TooMany(seconds=wait)
    return f"address:{address}"


def _proven(request: HttpRequest, body: bytes) -> str:
    """The line of the event source that signed the request. Raises NotSigned, ClockOff, WrongSignature, TooMany."""
    now = clock.now()
    source = _signer(request, body)
    if wait := pace.sources.wait(source.uri, source.per_minute, now.timestamp()):
        raise TooMany(seconds=wait)
    sources.note_seen([source.pk], now)
    return f"http:{source.uri}"


def _signer(request: HttpRequest, body: bytes) -> EventSource:
    now = clock.now()
    said = unquote(request.headers.get("ce-source", ""))
    try:
        claim = signature.claim_of(request.headers, now)
        for source in sources.active(said):
            if signature.fits(claim, body, sources.secrets_of(source, now)):
                return source
        raise WrongSignature()
    except EventRefused:
        address = request.META.get("REMOTE_ADDR") or "-"
        if wait := pace.addresses.wait(address, UNPROVEN_PER_MINUTE, now.timestamp()):
            raise TooMany(seconds=wait) from None
        raise


def _refused(refusal: EventRefused) -> HttpResponse:
    answer = JsonResponse(refusal.as_dict(), status=refusal.status, json_dumps_params={"ensure_ascii": False})
    if "seconds" in refusal.fields:
        answer.headers["Retry-After"] = str(refusal.fields["seconds"])
    return answer
