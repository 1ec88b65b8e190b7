"""E071: a pack leans on no other pack: not in migrations, not in relations, not in templates or addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.db.migrations.loader import MigrationLoader

from linli.packs.checks.finding import Finding, error
from linli.packs.registry import packs

HINT = "Link the cases, or move the table down to registers."
_NAMED = re.compile(r"""\{%\s*(?:extends|include|url)\s+["']([\w-]+)[/:]""")


def foreign_migrations() -> Iterator[Finding]:
    """A migration that needs one of another pack could not run without it."""
    keys = {pack.key for pack in packs}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        for other, _ in migration.dependencies:
            if label in keys and other in keys - {label}:
                yield error("packs.E071", f"migration {name} depends on the pack «{other}»", HINT, label)


def foreign_relations() -> Iterator[Finding]:
    """A relation into another pack, also by string (while that pack is off the target is still a `str`)."""
    keys = {pack.key for pack in packs}
    for config in _configs(keys):
        for model in config.get_models():
            for field in model._meta.get_fields():
                target = getattr(getattr(field, "remote_field", None), "model", None)
                label = target.partition(".")[0] if isinstance(target, str) else getattr(target, "_meta", None)
                label = label if isinstance(label, str) or label is None else label.app_label
                if isinstance(target, str) or (label in keys and label != config.label):
                    what = f"{model.__name__}.{field.name} points into «{label}»"
                    yield error("packs.E071", what, HINT, config.name)


def foreign_names() -> Iterator[Finding]:
    """A template that includes one of another pack, or links to its pages by name."""
    keys = {pack.key for pack in packs}
    for config in _configs(keys):
        for path in sorted(Path(config.path).glob("templates/**/*.html")):
            for named in _NAMED.findall(path.read_text("utf-8")):
                if named in keys - {config.label}:
                    what = f"{path.name} names a template or page of the pack «{named}»"
                    yield error("packs.E071", what, HINT, config.name)


def _configs(keys: set[str]) -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if config.label in keys]
