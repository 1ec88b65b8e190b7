"""The one door of every page: who is on duty, may this post come in, and what may the transaction see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from linli.accounts.actor import Actor
from linli.base.refusal import NotYours


def admit(request: HttpRequest, posts: tuple[str, ...], view: Callable[..., HttpResponseBase], *args: Any,
          **kwargs: Any) -> HttpResponseBase:
    """Run `view` as the actor on duty, inside a transaction that sees what he may see.

    Not signed in: to the log-in page (or 401 for the API). Wrong post: NotYours. A response of 400 and above
    takes back what the view wrote.
    """
    if posts == ("public",):
        return view(request, *args, **kwargs)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return HttpResponseRedirect(f"/login?next={quote(request.get_full_path())}")
    if posts != ("*",) and actor.post not in posts:
        raise NotYours(posts=", ".join(sorted(posts)))
    with actor.sees():
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response
