"""From a signed-in person to the actor: which of his posts he works in now; and handing a post over (交班)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from linli.accounts import events
from linli.accounts.actor import Actor
from linli.accounts.models import PostHolding, User
from linli.accounts.refusals import CannotTakeOver, NotOnDuty, PostOver, UnknownUser
from linli.base import clock, outbox


def holdings_of(user: User) -> list[PostHolding]:
    """The posts `user` holds at this moment."""
    return list(
        user.holdings.filter(during__contains=clock.now()).select_related("body", "user").order_by("post", "id")
    )


def actor_for(holding: PostHolding) -> Actor:
    """The actor of one post holding: its area, its body and that body's branches."""
    branches = [branch.pk for branch in holding.body.branches.all()]
    return Actor(
        post=holding.post,
        name=holding.user.display_name,
        user_id=holding.user_id,
        holding_id=holding.pk,
        areas=(holding.area_path,),
        bodies=(holding.body_id, *branches),
    )


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
    return actor_for(holding_of(username, post))


def holding_of(username: str, post: str = "") -> PostHolding:
    """The holding of `post`, or the first one, that the user of that name has now. Raises as `actor_of_user`."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownUser(username=username)
    held = [holding for holding in holdings_of(user) if post in ("", holding.post)]
    if not held:
        raise NotOnDuty(username=username, post=post or "*")
    return held[0]


def own(user: User, holding: UUID) -> PostHolding:
    """One of the posts `user` holds now. Raises PostOver."""
    for held in holdings_of(user):
        if held.pk == holding:
            return held
    raise PostOver()


def choose(request: HttpRequest, holding: UUID) -> PostHolding:
    """Work in another of one's own posts from now on, in this session. Raises PostOver."""
    chosen = own(request.user, holding)  # type: ignore[arg-type]
    request.session["holding"] = str(chosen.pk)
    events.keep("post_chosen", request=request, about=chosen.post)
    return chosen


def successors(holding: PostHolding) -> QuerySet[User]:
    """Who can take a post over: active colleagues who have held any post for the same body."""
    return (
        User.objects.filter(is_active=True, holdings__body=holding.body_id)
        .exclude(pk=holding.user_id)
        .distinct()
        .order_by("display_name", "id")
    )


def hand_over(holding: PostHolding, successor: User, note: str = "") -> PostHolding:
    """End a holding now and begin the successor's, for the rest of its period; gives the new one.

    The one who hands over must still hold it. Raises PostOver, CannotTakeOver.
    """
    now = clock.now()
    with transaction.atomic():
        mine = PostHolding.objects.select_for_update().filter(pk=holding.pk, during__contains=now).first()
        if mine is None:
            raise PostOver()
        if not successors(mine).filter(pk=successor.pk).exists():
            raise CannotTakeOver(name=successor.display_name, body=holding.body.name)
        theirs = PostHolding.objects.create(
            user=successor,
            post=mine.post,
            body_id=mine.body_id,
            area_path=mine.area_path,
            during=(now, mine.during.upper),
            handed_by_id=mine.user_id,
            note=note,
        )
        mine.during = (mine.during.lower, now)
        mine.save(update_fields=["during"])
        events.keep("handed_over", user=mine.user_id, about=mine.post, to=str(successor.pk), holding=str(theirs.pk))
        outbox.emit(
            "duty", {"key": str(theirs.pk), "post": mine.post, "act": "handed_over"}, mine.area_path, [mine.body_id]
        )
    return theirs
