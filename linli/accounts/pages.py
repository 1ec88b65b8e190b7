"""The reader's own account: his posts and hand-over, his sessions, second factor and tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.accounts import duty, events, tokens
from linli.accounts.forms import HandOverForm, TokenForm
from linli.accounts.guard import label_of
from linli.accounts.models import ApiToken, User
from linli.areas.models import Level
from linli.areas.tree import load_tree
from linli.base import clock
from linli.base.refusal import NotFound


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """`GET /account/`: everything of one's own."""
    return _account(request, TokenForm())


def _account(request: HttpRequest, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    user = _user(request)
    return render(
        request,
        "accounts/account.html",
        {
            "held": _held(request),
            "sessions": _sessions(request),
            "tokens": _tokens(user),
            "token_form": form,
            "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first(),
            "secret": secret,
        },
        status=status,
    )


@never_cache
def duty_page(request: HttpRequest) -> HttpResponse:
    """`GET /duty/`: the posts one holds now, which of them this session works in, and the way to hand one over."""
    return render(request, "accounts/duty.html", {"held": _held(request)})


@require_POST
def choose_post(request: HttpRequest, holding: UUID) -> HttpResponse:
    """Work in this post from now on; to its first page."""
    duty.choose(request, holding)
    return HttpResponseRedirect("/")


@never_cache
def hand_over(request: HttpRequest, holding: UUID) -> HttpResponse:
    """Hand one of one's own posts over to a colleague of the same body."""
    mine = duty.own(_user(request), holding)
    form = HandOverForm(mine, request.POST or None)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        duty.hand_over(mine, successor, form.cleaned_data["note"])
        messages.success(request, _("{post} is now with {name}.").format(post=label_of(mine.post), name=successor))
        return HttpResponseRedirect(reverse("accounts:hand_over"))
    return render(
        request,
        "accounts/hand_over.html",
        {"form": form, "mine": mine, "post": label_of(mine.post)},
        status=422 if form.errors else 200,
    )


@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Log out elsewhere."""
    other = UserSession.objects.filter(pk=session, user=_user(request)).first()
    if other is None:
        raise NotFound()
    other.end()
    events.keep("session_ended", request=request, about=other.user_agent[:100])
    messages.success(request, _("Logged out there."))
    return HttpResponseRedirect(reverse("accounts:account"))


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """A token for the post this session works in; told once, on this page."""
    actor = request.actor  # type: ignore[attr-defined]
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _account(request, form, status=422)
    holding = duty.own(_user(request), actor.holding_id)
    _row, secret = tokens.issue(holding, form.cleaned_data["label"], timedelta(days=form.cleaned_data["days"]), actor)
    return _account(request, TokenForm(), secret)


@require_POST
def withdraw_token(request: HttpRequest, token: UUID) -> HttpResponse:
    """End one of one's own tokens."""
    row = ApiToken.objects.select_related("holding").filter(pk=token, holding__user=_user(request)).first()
    if row is None:
        raise NotFound()
    tokens.withdraw(row)
    messages.success(request, _("The token «{label}» is withdrawn.").format(label=row.label))
    return HttpResponseRedirect(reverse("accounts:account"))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out, here alone."""
    if request.user.is_authenticated:
        events.keep("logged_out", request=request)
    sign_out(request)
    return HttpResponseRedirect(reverse("account_login"))


def to_account(request: HttpRequest) -> HttpResponse:
    """Where the log-in library thinks its own overview is."""
    return HttpResponseRedirect(reverse("accounts:account"))


def city_counts() -> tuple[int, int, int]:
    """How many counties, streets and townships, villages and communities the city has."""
    tree = load_tree()
    return (len(tree.of_level(Level.COUNTY)), len(tree.of_level(Level.TOWN)), len(tree.of_level(Level.VILLAGE)))


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _held(request: HttpRequest) -> list[dict[str, Any]]:
    actor = getattr(request, "actor", None)
    return [
        {
            "holding": held,
            "label": label_of(held.post),
            "current": bool(actor and actor.holding_id == held.pk),
            "until": held.during.upper,
            "since": held.during.lower,
        }
        for held in duty.holdings_of(_user(request))
    ]


def _sessions(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"row": row, "current": row.session_key == request.session.session_key}
        for row in sorted(
            UserSession.objects.purge_and_list(_user(request)), key=lambda row: row.created_at, reverse=True
        )
    ]


def _tokens(user: User) -> list[tuple[ApiToken, str]]:
    rows = ApiToken.objects.filter(holding__user=user, expires_at__gt=clock.now()).select_related("holding")
    return [(row, label_of(row.holding.post)) for row in rows]
