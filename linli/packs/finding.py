"""One installed pack by its key, and where its files are."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal
from linli.packs.declaration import Pack
from linli.packs.registry import packs


class NoPack(Refusal):
    """No pack of that name is installed."""

    code = "packs.unknown"
    sentence = _("There is no pack «{key}». Installed are: {known}.")
    status = 404


def pack_of(key: str) -> Pack:
    """The installed pack `key`. Raises NoPack."""
    pack = packs.get(key)
    if pack is None:
        raise NoPack(key=key, known=", ".join(sorted(item.key for item in packs)))
    return pack


def folder_of(pack: Pack) -> Path:
    """The folder of its files."""
    return Path(apps.get_app_config(pack.key).path)
