"""Walk every address that Django can resolve."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(address, pattern) of each, depth first."""
    for item in resolver.url_patterns:
        address = before + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from walk(item, address)
        else:
            yield address, item
