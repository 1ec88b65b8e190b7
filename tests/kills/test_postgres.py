"""The lock file of a killed server keeps nobody out, whoever has its number now."""

from __future__ import annotations

import os

import pytest

from linli.site import postgres
from tests.kills.installation import Installation

pytestmark = pytest.mark.xdist_group("kills")


def test_a_lock_file_that_names_a_living_stranger_is_survived(installation: Installation) -> None:
    """Process numbers come round: the number of the dead server may be anybody's."""
    folder = installation.house.folder
    installation.kill_database(children=True)
    mark = folder / "postgres" / "postmaster.pid"
    _dead, *rest = mark.read_text().splitlines()
    mark.write_text("\n".join([str(os.getpid()), *rest]) + "\n")
    assert postgres.running(folder) == 0
    installation.start_database()
    assert postgres.running(folder) not in (0, os.getpid())
    assert installation.ask("SELECT 1") == [(1,)]


def test_a_second_start_finds_the_first(installation: Installation) -> None:
    """Nothing is taken away from a server that works."""
    number = postgres.running(installation.house.folder)
    installation.start_database()
    assert postgres.running(installation.house.folder) == number != 0
