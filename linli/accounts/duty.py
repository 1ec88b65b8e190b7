"""From a signed-in person to the actor: which of his posts he works in now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from linli.accounts.actor import Actor
from linli.accounts.models import PostHolding, User
from linli.accounts.refusals import NotOnDuty, UnknownUser
from linli.base import clock


def holdings_of(user: User) -> list[PostHolding]:
    """The posts `user` holds at this moment."""
    return list(user.holdings.filter(during__contains=clock.now()).select_related("body").order_by("post", "id"))


def actor_for(holding: PostHolding) -> Actor:
    """The actor of one post holding: its area, its body and that body's branches."""
    branches = [branch.pk for branch in holding.body.branches.all()]
    return Actor(post=holding.post, name=holding.user.display_name, user_id=holding.user_id, holding_id=holding.pk,
                 areas=(holding.area_path,), bodies=(holding.body_id, *branches))


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor of a page request: the holding chosen in the session, else the first; None when not on duty."""
    user = request.user
    if not isinstance(user, User):
        return None
    held = holdings_of(user)
    chosen = request.session.get("holding")
    for holding in held:
        if chosen and holding.pk == UUID(chosen):
            return actor_for(holding)
    return actor_for(held[0]) if held else None


def actor_of_user(username: str, post: str = "") -> Actor:
    """The actor of a user by name, in `post` or else the first post he holds now. For the command line.

    Raises UnknownUser, NotOnDuty.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownUser(username=username)
    held = [holding for holding in holdings_of(user) if post in ("", holding.post)]
    if not held:
        raise NotOnDuty(username=username, post=post or "*")
    return actor_for(held[0])
