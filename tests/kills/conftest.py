"""One installation for all kills of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.house import scratch
from tests.kills.installation import Installation


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A database with registered panels; no part is started yet."""
    with scratch() as folder:
        opened = Installation(folder / "var")
        try:
            opened.prepare()
            yield opened
        finally:
            opened.close()
