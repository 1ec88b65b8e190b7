"""E051, E061–E063: keys that name a post, kind, asset type, signal kind or clock that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from linli.accounts.registry import posts
from linli.cases.declarations import CaseKind
from linli.cases.registry import kinds
from linli.packs import city
from linli.packs.checks.finding import Finding, error, nearest
from linli.packs.declaration import Pack
from linli.packs.registry import packs
from linli.registers.registry import asset_types
from linli.rules.declarations import EVERY_KIND, UNKNOWN_SENDER
from linli.signals.registry import signal_kinds

HOUSE_POSTS = {"system", "*", "public"}


def unknown_posts() -> Iterator[Finding]:
    """E051: every post named anywhere is declared by the pack or in accounts/posts.toml."""
    known = {post.key for post in posts} | HOUSE_POSTS
    for pack in packs:
        for where, post in _posts(pack):
            if post not in known:
                hint = f'{nearest(post, known)} Or declare Post(key="{post}", label=…) in pack.py.'
                yield error("packs.E051", f"{where} names the post «{post}», which does not exist", hint, pack.key)


def unknown_keys() -> Iterator[Finding]:
    """E061: a child's kind or a rule's asset type that nobody declares."""
    for pack in packs:
        for kind in pack.kinds:
            for transition in kind.workflow.transitions:
                for effect in transition.effects:
                    if effect.do == "open_child" and effect.what not in kinds:
                        yield _unknown(f"{kind.key}: {transition.key}", "kind", effect.what, kinds, pack)
        for rule in pack.rules:
            for key in rule.asset_types:
                if key not in asset_types and key != UNKNOWN_SENDER:
                    yield _unknown(rule.key, "asset type", key, asset_types, pack)


def unknown_signals() -> Iterator[Finding]:
    """E062: a rule listens to kinds of signal that exist; `alarm.*` takes a family."""
    known = {kind.key for kind in signal_kinds}
    families = {f"{key.partition('.')[0]}.*" for key in known} | {EVERY_KIND}
    for pack in packs:
        for rule in pack.rules:
            for key in rule.on:
                if key not in known | families:
                    what = f"rule {rule.key} listens to «{key}», which is no kind of signal"
                    yield error("packs.E062", what, nearest(key, known | families), pack.key)


def loose_promises() -> Iterator[Finding]:
    """E063: city.toml may only be stricter than the clause."""
    for key, fault in city.looser({kind.key: kind for kind in kinds}):
        hint = "A city may promise less time than the clause, never more. Change or remove the line."
        yield error("packs.E063", f'city.toml, [clocks."{key}"]: {fault}', hint)


def _unknown(where: str, noun: str, key: str, registry: object, pack: Pack) -> Finding:
    known = [item.key for item in registry]  # type: ignore[attr-defined]
    return error(
        "packs.E061", f"{where} names the {noun} «{key}», which no pack declares", nearest(key, known), pack.key
    )


def _posts(pack: Pack) -> Iterator[tuple[str, str]]:
    for kind in pack.kinds:
        yield from _posts_of_kind(kind)
    for entry in pack.entries:
        yield from ((f"entry «{entry.to}»", post) for post in entry.posts)
    for spec in pack.imports:
        yield from ((f"import {spec.key}", post) for post in spec.posts)


def _posts_of_kind(kind: CaseKind) -> Iterator[tuple[str, str]]:
    yield from ((kind.key, post) for post in (*kind.posts, *kind.open_posts))
    for transition in kind.workflow.transitions:
        yield from ((f"{kind.key}: transition «{transition.key}»", post) for post in transition.posts)
    for clock in kind.workflow.clocks:
        yield from ((f"{kind.key}: clock «{clock.key}»", post) for post in clock.escalate.values())
