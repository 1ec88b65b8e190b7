"""Start-up checks of what is declared about personal data; each says what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cedarpy
from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from linli.access import never
from linli.access.declarations import Purpose
from linli.access.models import personal_models
from linli.access.registry import dictionary, holdings, policies, purposes
from linli.accounts.registry import posts
from linli.base import clock


def check(app_configs: Any = None, **_options: Any) -> list[CheckMessage]:
    """Every fault of dictionary, purposes, holdings, policies and the columns of all models."""
    return [*_purposes(), *_holdings(), *_columns(), *_policies()]


def _purposes() -> Iterator[CheckMessage]:
    for purpose in purposes:
        where = f"purpose «{purpose.id}»"
        for name in (*purpose.attributes, *purpose.masked):
            if name not in dictionary:
                yield Error(
                    f"{where} names the attribute «{name}», which the dictionary does not have.",
                    hint=f"entries: {', '.join(sorted(a.key for a in dictionary))}",
                    id="access.E042",
                )
        for post in purpose.posts:
            if len(posts) and post not in posts and post != "system":
                yield Error(
                    f"{where} names the post «{post}», which nobody declares.",
                    hint=f"posts: {', '.join(sorted(p.key for p in posts))}",
                    id="access.E051",
                )
        yield from _lawful(purpose, where)


def _lawful(purpose: Purpose, where: str) -> Iterator[CheckMessage]:
    barred = never.named(f"{purpose.id} {purpose.title.zh} {purpose.title.en} {' '.join(purpose.attributes)}")
    telling = purpose.notify_subject
    if barred:
        yield Error(f"{where} names «{barred}», which is on the never-list.", hint="take it out", id="access.E053")
    if not purpose.legal_basis:
        yield Error(f"{where} has no legal basis.", hint="legal_basis = [{statute = …, article = …}]", id="access.E052")
    if telling.when != "at_once" and not telling.statute:
        yield Error(
            f"{where} delays telling the person without a statute.",
            hint='notify_subject.statute = …, or when = "at_once"',
            id="access.E054",
        )
    if purpose.bound > 50 and not purpose.bound_reason:
        yield Error(
            f"{where} answers for {purpose.bound} persons at a time and does not say why.",
            hint="bound_reason = …",
            id="access.E055",
        )
    if purpose.expires_on < clock.local(clock.now()).date():
        yield Warning(
            f"{where} expired on {purpose.expires_on} and discloses nothing.",
            hint="review it, then set reviewed_on and expires_on",
            id="access.W056",
        )


def _holdings() -> Iterator[CheckMessage]:
    for holding in holdings:
        columns = {field.name for field in holding.model()._meta.concrete_fields}
        for name, column in holding.attributes.items():
            if name not in dictionary:
                yield Error(
                    f"holding «{holding.key}» keeps «{name}», which the dictionary does not have.",
                    hint="add an [[attribute]] to a dictionary.toml",
                    id="access.E042",
                )
            if column not in columns:
                yield Error(
                    f"holding «{holding.key}»: its table has no column «{column}».",
                    hint=f"columns: {', '.join(sorted(columns))}",
                    id="access.E043",
                )


def _columns() -> Iterator[CheckMessage]:
    """A personal column that no holding declares; a column or choice of any model on the never-list."""
    held = {(holding.model(), column) for holding in holdings for column in holding.attributes.values()}
    for model in personal_models():
        for column in model.personal_fields():
            if (model, column) not in held:
                yield Error(
                    f"{model._meta.label}.{column} is personal and in no holding.",
                    obj=model,
                    hint="declare it in a Holding with its dictionary entry",
                    id="access.E042",
                )
    for any_model in apps.get_models():
        for field in any_model._meta.get_fields():
            choices = " ".join(str(key) for key, _label in (getattr(field, "choices", None) or ()))
            barred = never.named(f"{field.name} {choices}")
            if barred:
                yield Error(
                    f"{any_model._meta.label}.{field.name} names «{barred}», which is on the never-list.",
                    obj=any_model,
                    hint="take it out",
                    id="access.E053",
                )


def _policies() -> Iterator[CheckMessage]:
    for policy in policies:
        try:
            cedarpy.PolicySet.from_str(policy.text)
        except ValueError as fault:
            yield Error(f"{policy.key}: Cedar cannot read it: {fault}", hint="correct that line", id="access.E057")
            continue
        if policy.text.count("@id(") != policy.text.count("permit (") + policy.text.count("forbid ("):
            yield Error(f"{policy.key}: a policy has no @id.", hint='@id("access.…") before it', id="access.E058")


def unprotected_tables() -> Iterator[CheckMessage]:
    """A personal table that the database does not keep behind the gate, among those that are migrated."""
    tables = {model._meta.db_table: model for model in personal_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s) AND NOT"
            " (relrowsecurity AND relforcerowsecurity)",
            [list(tables)],
        )
        bare = [row[0] for row in cursor.fetchall()]
    for table in bare:
        yield Error(
            f"The personal table {table} is not kept behind the gate.",
            obj=tables[table],
            hint=f'Add to its migration: protect_personal("{table}")',
            id="access.E041",
        )
