"""Standard Webhooks 1.0: HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, checked before anything is parsed.

The reference library makes the signature; its `verify` is not used, for it reads the machine's clock and lets bare
ValueErrors out of half-written tokens.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from standardwebhooks import Webhook

from linli.signals.gateways.http.refusals import ClockOff, NotSigned, WrongSignature

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
MOST_TOKENS = 8
_ID = re.compile(r"[!-~]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the headers say: the message's id, when it was signed, and the signatures offered (scheme `v1`)."""

    id: str
    at: datetime
    tokens: tuple[bytes, ...]


def new_secret() -> str:
    """A secret of 32 random bytes in the form in which it is handed to the sender."""
    return PREFIX + base64.b64encode(os.urandom(32)).decode()


def is_secret(text: str) -> bool:
    """True for `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        return text.startswith(PREFIX) and 24 <= len(base64.b64decode(text[len(PREFIX) :], validate=True)) <= 64
    except (binascii.Error, ValueError):
        return False


def sign(secret: str, id: str, at: datetime, body: str) -> str:
    """The `webhook-signature` of `body` (text in UTF-8) sent as `id` at `at`."""
    return Webhook(secret).sign(id, at.astimezone(UTC), body)


def claim_of(headers: Mapping[str, str], now: datetime) -> Claim:
    """Read the three headers. Raises NotSigned (missing or not of their form) and ClockOff (over ± 300 s)."""
    id = headers.get("webhook-id", "")
    if not _ID.fullmatch(id):
        raise NotSigned(header="webhook-id", advice=_("1 to 128 visible ASCII characters, the same for every try"))
    seconds = headers.get("webhook-timestamp", "")
    if not _SECONDS.fullmatch(seconds):
        raise NotSigned(header="webhook-timestamp", advice=_("whole seconds since 1970, in digits"))
    offered = headers.get("webhook-signature", "").split(" ")[:MOST_TOKENS]
    tokens = tuple(token.encode() for token in offered if token.startswith("v1,") and len(token) > 3)
    if not tokens:
        raise NotSigned(header="webhook-signature", advice=_("v1, and the base64 of the HMAC-SHA256"))
    away = round(int(seconds) - now.timestamp())
    if abs(away) > TOLERANCE_SECONDS:
        raise ClockOff(seconds=away, most=TOLERANCE_SECONDS)
    return Claim(id, datetime.fromtimestamp(int(seconds), UTC), tokens)


def fits(claim: Claim, body: bytes, secrets: Iterable[str]) -> bool:
    """True when one of `secrets` made one of the offered signatures over exactly `body`; compared in constant time.

    Raises WrongSignature for bytes that are no UTF-8 text: nobody can have signed them by this scheme.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WrongSignature() from None
    found = False
    for secret in secrets:
        made = sign(secret, claim.id, claim.at, text).encode()
        for token in claim.tokens:
            found |= hmac.compare_digest(made, token)
    return found
