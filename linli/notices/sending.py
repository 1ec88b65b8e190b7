"""Tell posts something. Who hears it follows the duty roster, not who is logged in (L6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.accounts.actor import Actor
from linli.base import clock, outbox, visibility
from linli.base.refusal import NotFound
from linli.base.words import end_words, in_reader_language, moment_words
from linli.notices.models import Message
from linli.notices.registry import notices


def notify(
    notice_key: str,
    area_path: str,
    body_id: UUID | None,
    fields: Mapping[str, Any],
    about: str = "",
    priority: int = 3,
    *,
    posts: Iterable[str] = (),
) -> list[Message]:
    """Write the notice for each post it is declared for (or for `posts`), of `body_id` or, without one, of the area.

    `fields` fill the {places} of the text: a string, {"at": ISO moment}, {"end": the end of a
    period}, or a text in every language; `about` names the thing (`case:贵池-火-2026-000123`). Must run in the
    transaction of the act. KeyError when no pack declares the notice.
    """
    declared = notices[notice_key]
    now = clock.now()
    with visibility.system():
        sent = [
            Message(
                notice=notice_key,
                post=post,
                body_id=body_id,
                area_path=area_path,
                priority=priority,
                fields=dict(fields),
                about=about,
                at=now,
            )
            for post in dict.fromkeys(posts or declared.posts)
        ]
        Message.objects.bulk_create(sent)
        for message in sent:
            payload = {"id": str(message.pk), "notice": notice_key, "post": message.post}
            outbox.emit(
                "notice.sent",
                {**payload, "about": about, "priority": priority},
                area_path,
                [body_id] if body_id else [],
            )
    return sent


def for_actor(actor: Actor) -> QuerySet[Message]:
    """The notices of the actor's post: to one of his bodies, or to his area when no body is named; newest first.

    A notice to a place is heard by the posts at and above it.
    """
    mine = Q(body_id__in=actor.bodies) | Q(body_id__isnull=True, area_path__under_any=list(actor.areas))
    return Message.objects.filter(mine, post=actor.post)


def unread(actor: Actor) -> QuerySet[Message]:
    """What nobody in the actor's post has acknowledged yet; urgent first."""
    return for_actor(actor).filter(acknowledged_at__isnull=True).order_by("priority", "-at", "-id")


def acknowledge(message_id: UUID, actor: Actor) -> int:
    """Mark a notice as seen, and with it every waiting one about the same thing to the same post (L15).

    Returns how many were marked (0: somebody was faster). NotFound when it is not for this actor.
    """
    with actor.sees():
        message = for_actor(actor).filter(pk=message_id).first()
        if message is None:
            raise NotFound()
        same = Q(pk=message.pk) | Q(about=message.about) if message.about else Q(pk=message.pk)
        waiting = for_actor(actor).filter(same, acknowledged_at__isnull=True)
        return waiting.order_by().update(acknowledged_at=clock.now(), acknowledged_by=actor.user_id)


def text(message: Message) -> str:
    """The notice in the reader's language; its key when its pack is gone."""
    declared = notices.get(message.notice)
    fields = {name: _said(value) for name, value in message.fields.items()}
    return str(declared.text).format_map(_Known(fields)) if declared else message.notice


def _said(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "end" in value:
        return end_words(datetime.fromisoformat(value["end"]))
    return moment_words(datetime.fromisoformat(value["at"])) if "at" in value else in_reader_language(value)


class _Known(dict[str, str]):
    """A text that names a field the sender did not fill shows the field's name."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
