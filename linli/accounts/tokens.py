"""Tokens for the API: shown once, kept as a hash, valid for a time, acting in one post holding."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from linli.accounts import events
from linli.accounts.actor import Actor
from linli.accounts.duty import actor_for
from linli.accounts.models import ApiToken, PostHolding
from linli.base import clock

PREFIX = "linli_"
VALID = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=5)


def issue(holding: PostHolding, label: str, valid: timedelta = VALID, by: Actor | None = None) -> tuple[ApiToken, str]:
    """A new token of a post holding: the row and the secret, which is told this once."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            holding=holding, label=label, digest=_digest(secret), made_at=clock.now(), expires_at=clock.now() + valid
        )
        events.keep("token_made", actor=by, user=by.user_id if by else holding.user_id, about=label)
    return token, secret


def actor_by(secret: str) -> Actor | None:
    """The actor a token speaks for; None when it is unknown, too old, or its post is over or its user shut out."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("holding__user", "holding__body")
        .filter(
            digest=_digest(secret), expires_at__gt=now, holding__during__contains=now, holding__user__is_active=True
        )
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return actor_for(token.holding)


def withdraw(token: ApiToken, by: Actor | None = None) -> None:
    """End a token now; the row stays."""
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk, expires_at__gt=clock.now()).update(expires_at=clock.now())
        events.keep("token_withdrawn", actor=by, user=by.user_id if by else token.holding.user_id, about=token.label)


def _digest(secret: str) -> bytes:
    """SHA-256 is enough: the secret has 256 random bits and cannot be guessed from its hash."""
    return hashlib.sha256(secret.encode()).digest()
