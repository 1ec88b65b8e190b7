"""Routes that say who may: a page without declared posts cannot be mounted.

`route("cases/<uuid:pk>/", view, name="case", posts=("duty_operator",))` — `posts` are keys of posts, or ANY_POST
(everybody on duty), SIGNED_IN (also who holds no post now: his own account) or PUBLIC (nobody need sign in). The
routes of these three are listed and bounded by a test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from linli.accounts.guard import ANY_POST, PUBLIC, SIGNED_IN, admit

__all__ = ["ANY_POST", "PUBLIC", "SIGNED_IN", "route"]


def route(pattern: str, view: Callable[..., HttpResponseBase], *, name: str, posts: tuple[str, ...]) -> URLPattern:
    """A URL pattern that lets in the declared posts only. ValueError when none is declared."""
    if not posts:
        raise ValueError(f"route {name} declares no posts")

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return admit(request, posts, view, *args, **kwargs)

    guarded.posts = posts  # type: ignore[attr-defined]
    guarded.view = view  # type: ignore[attr-defined]
    guarded.__name__ = getattr(view, "__name__", name)
    guarded.__doc__ = view.__doc__
    guarded.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)
