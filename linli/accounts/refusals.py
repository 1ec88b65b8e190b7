"""In which words accounts say no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class UnknownUser(Refusal):
    """No user of that name may log in."""

    code = "accounts.unknown_user"
    sentence = _("There is no user «{username}» who may log in. Look at the list of users.")
    status = 404


class NotOnDuty(Refusal):
    """The user holds no such post at this moment."""

    code = "accounts.not_on_duty"
    sentence = _("{username} holds no such post now ({post}). The administrator gives posts.")
    status = 403
