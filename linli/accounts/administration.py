"""What administrators do: users, bodies, and posts given and ended. Each act is an event; nothing is deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from linli.accounts import events
from linli.accounts.actor import Actor
from linli.accounts.models import Body, PostHolding, User
from linli.accounts.refusals import LastAdministrator, NameTaken, PostOver, UnknownBody, UnknownPost, UnknownUser
from linli.accounts.registry import posts
from linli.base import clock

ADMINISTRATOR = "administrator"


def user_named(username: str) -> User:
    """The user of that name. Raises UnknownUser."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnknownUser(username=username)
    return user


def body_named(key: str) -> Body:
    """The body of that key. Raises UnknownBody."""
    body = Body.objects.filter(key=key).first()
    if body is None:
        raise UnknownBody(key=key)
    return body


def make_user(username: str, display_name: str, password: str, by: Actor | None = None) -> User:
    """A new user without any post. Raises NameTaken, and Django's ValidationError for a weak password."""
    if User.objects.filter(username=username).exists():
        raise NameTaken(name=username)
    draft = User(username=username, display_name=display_name)
    validate_password(password, draft)
    with transaction.atomic():
        user = User.objects.create_user(username, password, display_name=display_name)
        events.keep("user_made", actor=by, about=username)
    return user


def change_user(user: User, by: Actor | None = None, **fields: Any) -> User:
    """Change the name shown or whether he may log in; shutting out ends his sessions at once.

    Raises LastAdministrator.
    """
    with transaction.atomic():
        if fields.get("is_active") is False:
            _someone_else_administers(user)
        for name, value in fields.items():
            setattr(user, name, value)
        user.save(update_fields=list(fields))
        if not user.is_active:
            _end_sessions(user)
        events.keep("user_changed", actor=by, about=user.username, fields=sorted(fields), active=user.is_active)
    return user


def set_password(user: User, password: str, by: Actor | None = None) -> None:
    """A new password; every session of the user ends. Raises Django's ValidationError for a weak one."""
    validate_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        _end_sessions(user)
        events.keep("password_changed", actor=by, user=by.user_id if by else user.pk, about=user.username)


def give_post(
    user: User,
    post: str,
    body: Body,
    area_path: str,
    until: datetime | None = None,
    by: Actor | None = None,
    note: str = "",
) -> PostHolding:
    """Let a user hold a post from now on. Raises UnknownPost, NameTaken when he holds it already."""
    if post not in posts:
        raise UnknownPost(post=post, known=", ".join(sorted(known.key for known in posts)))
    now = clock.now()
    held = user.holdings.filter(post=post, body=body, area_path=area_path, during__contains=now)
    if held.exists():
        raise NameTaken(name=f"{user.username}: {post}")
    with transaction.atomic():
        holding = PostHolding.objects.create(
            user=user,
            post=post,
            body=body,
            area_path=area_path,
            during=(now, until),
            handed_by_id=by.user_id if by else None,
            note=note,
        )
        events.keep("post_given", actor=by, about=f"{post} {user.username}", holding=str(holding.pk), body=body.key)
    return holding


def end_post(holding: PostHolding, by: Actor | None = None) -> None:
    """End a holding now; its tokens end with it. Raises PostOver when it has ended, LastAdministrator."""
    now = clock.now()
    with transaction.atomic():
        row = (
            PostHolding.objects.select_for_update()
            .select_related("user")
            .filter(pk=holding.pk, during__contains=now)
            .first()
        )
        if row is None:
            raise PostOver()
        if row.post == ADMINISTRATOR:
            _someone_else_administers(row.user)
        row.during = (row.during.lower, now)
        row.save(update_fields=["during"])
        events.keep("post_ended", actor=by, about=f"{row.post} {row.user.username}", holding=str(row.pk))


def save_body(body: Body, by: Actor | None = None) -> Body:
    """Write a new or changed body. Raises NameTaken when its key belongs to another."""
    with transaction.atomic():
        if Body.objects.filter(key=body.key).exclude(pk=body.pk).exists():
            raise NameTaken(name=body.key)
        body.save()
        events.keep("body_changed", actor=by, about=body.key)
    return body


def _someone_else_administers(user: User) -> None:
    mine = user.holdings.filter(post=ADMINISTRATOR, during__contains=clock.now())
    others = PostHolding.objects.filter(post=ADMINISTRATOR, during__contains=clock.now(), user__is_active=True)
    if mine.exists() and not others.exclude(user=user).exists():
        raise LastAdministrator(name=user.display_name)


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
