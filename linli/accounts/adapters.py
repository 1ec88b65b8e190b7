"""How the log-in library speaks and keeps: our sentences, our events, sealed second factors."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.accounts import events
from linli.accounts.models import User
from linli.base import clock, sealing

SESSION = timedelta(hours=12)


class AccountAdapter(DefaultAccountAdapter):
    """Log-in by user name and password; nobody signs up by himself."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask the administrator of your body."),
        "incorrect_password": _("The password is not right; enter it again."),
        "enter_current_password": _("The present password is not right; enter it again."),
        "too_many_login_attempts": _(
            "Locked after too many wrong passwords. It opens by itself after 15 minutes; your user name is kept."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say how many tries are left before the lock."""
        name = str(credentials.get("username", ""))
        events.keep("log_in_failed", request=request, about=name)
        raise ValidationError(_wrong(self._tries_left()), code="username_password_mismatch")

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; the session lasts 12 hours from now, however busy it is."""
        super().login(request, user)
        request.session["until"] = (clock.now() + SESSION).isoformat()
        events.keep("logged_in", request=request, user=user.pk, about=user.username)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the post."""
        return "/"

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No flashes: the account page shows the new state itself."""

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """No mail: what happened stands among the account's events."""
        what = template_prefix.rpartition("/")[2]
        events.keep("password_changed" if what.startswith("password") else "second_factor", user=user.pk, about=what)

    def _tries_left(self) -> int:
        usage = self._login_failed_rl_usage
        rates = ratelimit.get_rates(app="allauth.account", action="login_failed")
        return min(
            rate.amount - len(cache.get(single.cache_key, [])) for rate, single in zip(rates, usage.usage, strict=True)
        )


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed in the database, our sentences."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code does not fit. Enter the six digits that the device shows now."),
    }

    def get_totp_issuer(self) -> str:
        """The name the device shows."""
        return "Linli"

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return base64.b85encode(sealing.seal(text.encode(), "second factor")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises SealBroken."""
        return sealing.unseal(base64.b85decode(encrypted_text), "second factor").decode()


def _wrong(left: int) -> str:
    if left <= 0:
        return str(_("User name or password is wrong. The account is now locked for 15 minutes and opens by itself."))
    return ngettext(
        "User name or password is wrong. The user name is kept; enter the password again. One more wrong try locks "
        "the account for 15 minutes; it opens by itself.",
        "User name or password is wrong. The user name is kept; enter the password again. {left} more wrong tries lock "
        "the account for 15 minutes; it opens by itself.",
        left,
    ).format(left=left)
