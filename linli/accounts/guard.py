"""The one door of every page: who is on duty, may this post come in, and what may the transaction see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from linli.accounts import events
from linli.accounts.actor import Actor
from linli.accounts.refusals import NoPostNow, NotSignedIn
from linli.accounts.registry import posts as declared
from linli.base.refusal import NotYours

ANY_POST = ("*",)
SIGNED_IN = ("signed-in",)
PUBLIC = ("public",)


def admit(
    request: HttpRequest, posts: tuple[str, ...], view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Run `view` as the actor on duty, inside a transaction that sees what he may see.

    Not signed in: to the log-in page (a refusal for those who want JSON). No post now, or the wrong one: NoPostNow,
    NotYours, and a line among the events. A response of 400 and above takes back what the view wrote.
    """
    if posts == PUBLIC:
        return view(request, *args, **kwargs)
    if not request.user.is_authenticated:
        return _to_the_door(request)
    if posts == SIGNED_IN:
        return view(request, *args, **kwargs)
    actor = judge(getattr(request, "actor", None), posts, request)
    with actor.sees():
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def judge(actor: Actor | None, posts: tuple[str, ...], request: HttpRequest) -> Actor:
    """The actor, when his post is one of `posts`. Raises NoPostNow or NotYours and keeps that he tried."""
    if actor is None:
        events.keep("denied", request=request, about=request.path)
        raise NoPostNow()
    if posts != ANY_POST and actor.post not in posts:
        events.keep("denied", actor=actor, request=request, about=request.path)
        raise NotYours(posts=", ".join(label_of(post) for post in sorted(posts)))
    return actor


def label_of(post: str) -> str:
    """The name of a post in the reader's language; its key when no pack declares it."""
    known = declared.get(post)
    return str(known.label) if known else post


def _to_the_door(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("Accept", "").startswith("application/json"):
        raise NotSignedIn()
    door = f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": door})
    return HttpResponseRedirect(door)
