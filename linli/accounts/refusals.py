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


class NotSignedIn(Refusal):
    """Nobody is signed in, or the token is unknown, withdrawn or too old."""

    code = "accounts.not_signed_in"
    sentence = _("Nobody is signed in. Log in, or send a token that is still valid.")
    next_step = _("Log in")
    status = 401


class NoPostNow(Refusal):
    """Signed in, but in no post at this moment."""

    code = "accounts.no_post_now"
    sentence = _(
        "You hold no post at this moment, so there is nothing to work on. Ask the administrator for one, or "
        "take over from the colleague on duty."
    )
    next_step = _("Look at my posts")
    status = 403


class CannotTakeOver(Refusal):
    """The chosen successor cannot hold the post."""

    code = "accounts.cannot_take_over"
    sentence = _("{name} cannot take over: only an active colleague of {body} can. Choose another.")
    status = 422


class PostOver(Refusal):
    """A holding that has ended, or is not the reader's."""

    code = "accounts.post_over"
    sentence = _("This post is no longer yours. Choose one of those you hold now.")
    next_step = _("Look at my posts")
    status = 409


class NameTaken(Refusal):
    """A user or body of that name exists."""

    code = "accounts.name_taken"
    sentence = _("«{name}» is taken. Choose another.")
    status = 409


class UnknownBody(Refusal):
    """No body has that key."""

    code = "accounts.unknown_body"
    sentence = _("There is no body «{key}». Look at the list of bodies.")
    status = 404


class UnknownPost(Refusal):
    """No such post is declared."""

    code = "accounts.unknown_post"
    sentence = _("There is no post «{post}». There are: {known}.")
    status = 422


class LastAdministrator(Refusal):
    """Nobody would be left who can give posts."""

    code = "accounts.last_administrator"
    sentence = _("{name} is the last administrator. Give the post to somebody else first.")
    status = 409
