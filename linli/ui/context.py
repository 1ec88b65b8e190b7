"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from linli.accounts.actor import Actor
from linli.accounts.models import User
from linli.accounts.registry import posts
from linli.areas.models import Level
from linli.areas.tree import load_tree
from linli.base import clock
from linli.notices.sending import unread
from linli.ui.menu import menu_for
from linli.ui.words import WORDS

THEMES = ("light", "dark")
DENSITIES = ("medium", "compact")


def _choice(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    chosen = request.COOKIES.get(f"linli_{name}", "")
    return chosen if chosen in allowed else ""


def _theme_of_account(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return user.theme if isinstance(user, User) and user.theme in THEMES else ""


def _city_name() -> str:
    places = load_tree().places.values()
    return next((place.name for place in places if place.level == Level.CITY), "")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Demo mark, actor on duty, menu, theme, density, server time and the scripts' sentences for the shell."""
    actor: Actor | None = getattr(request, "actor", None)
    post = posts.get(actor.post) if actor else None
    return {
        "demo": settings.DEMO,
        "actor": actor,
        "post_label": post.label if post else actor.post if actor else "",
        "entries": menu_for(actor, request.path),
        "area_name": SimpleLazyObject(lambda: load_tree().name(actor.areas[0]) if actor and actor.areas else ""),
        "city_name": SimpleLazyObject(_city_name),
        "theme": _choice(request, "theme", THEMES) or _theme_of_account(request),
        "density": _choice(request, "density", DENSITIES) or "medium",
        "server_now": clock.now(),
        "words": {key: str(sentence) for key, sentence in WORDS.items()},
        "notices_count": SimpleLazyObject(lambda: unread(actor).count() if actor else 0),
        "frame_urls": {
            "search": _address("desk:search"),
            "notices": _address("cases:notices"),
            "hand_over": _address("accounts:hand_over"),
            "account": _address("accounts:account"),
            "log_out": _address("accounts:logout"),
            "help": _address("desk:help"),
            "live": _address("desk:live"),
            "preferences": _address("ui:preferences"),
        },
    }
