"""The addresses a pack brings, mounted under its key."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLResolver, include, path


def patterns() -> list[URLResolver]:
    """One include per installed pack with `pages`."""
    from linli.packs.registry import packs

    found = []
    for pack in packs:
        if pack.pages:
            module, _, name = pack.pages.rpartition(".")
            routes = getattr(import_module(f"linli.domains.{pack.key}.{module}"), name)
            found.append(path(f"{pack.key}/", include((routes, pack.key), namespace=pack.key)))
    return found
