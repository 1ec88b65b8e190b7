"""One installation for all kills of a worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.installation import Installation


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A database with registered panels; no part is started yet."""
    # Not pytest's own folder: a second run of pytest bars the way to it for PostgreSQL's account.
    with tempfile.TemporaryDirectory(prefix="linli-kills-") as folder:
        Path(folder).chmod(0o755)
        opened = Installation(Path(folder) / "var")
        try:
            opened.prepare()
            yield opened
        finally:
            opened.close()
