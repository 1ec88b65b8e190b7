"""For tests: a specimen pack inside a block, every registry as before after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from linli.packs import handover
from linli.packs.declaration import Pack


@contextmanager
def installed(specimen: Pack, module: str = "") -> Iterator[Pack]:
    """Install `specimen` (of the dotted folder `module`) for the block. ValueError with the clash if it cannot be."""
    with ExitStack() as stack:
        for registry in handover.registries():
            stack.enter_context(registry.opened())
        failure = handover.install(specimen, module or f"linli.domains.{specimen.key}")
        if failure:
            raise ValueError(failure.what)
        yield specimen
