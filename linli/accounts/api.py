"""The API's door: a bearer token becomes `request.actor`; each operation says which posts may.

```python
@router.get("/cases", response=CasePage)
@operation(posts=("duty_operator", "shift_leader"))
def cases(request): ...        # runs in a transaction that sees what request.actor may see
```
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import HttpBearer

from linli.accounts.actor import Actor
from linli.accounts.guard import ANY_POST, PUBLIC, judge, label_of
from linli.accounts.refusals import NotSignedIn
from linli.accounts.tokens import actor_by


class TokenAuth(HttpBearer):
    """`Authorization: Bearer linli_…`; sets `request.actor`, else 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor the token speaks for. Raises NotSignedIn."""
        actor = actor_by(token)
        if actor is None:
            raise NotSignedIn()
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def __call__(self, request: HttpRequest) -> Any:
        """As ninja's, but a missing or foreign header is the house's refusal too."""
        actor = super().__call__(request)
        if actor is None:
            raise NotSignedIn()
        return actor


def operation(posts: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare which posts may call an operation (keys, ANY_POST or PUBLIC) and run it as the actor on duty."""
    if not posts:
        raise ValueError("an operation declares its posts")

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if posts == PUBLIC:
                return function(request, *args, **kwargs)
            with judge(getattr(request, "actor", None), posts, request).sees():
                return function(request, *args, **kwargs)

        # Ninja reads annotations in the globals of what it is given: resolve them where they were written.
        guarded.__signature__ = signature(function, eval_str=True)  # type: ignore[attr-defined]
        guarded.posts = posts  # type: ignore[attr-defined]
        return guarded

    return declare


class Me(Schema):
    """Who the token speaks for."""

    name: str
    post: str
    post_label: str
    areas: list[str]
    bodies: list[str]


router = Router(tags=["accounts"])


@router.get("/me", response=Me, summary="Who am I")
@operation(posts=ANY_POST)
def me(request: HttpRequest) -> dict[str, Any]:
    """The post, areas and bodies the token acts in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {
        "name": actor.name,
        "post": actor.post,
        "post_label": label_of(actor.post),
        "areas": list(actor.areas),
        "bodies": [str(body) for body in actor.bodies],
    }
