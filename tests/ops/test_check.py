"""`linli ops check` shows everything at once, and what is not well decides its end."""

from __future__ import annotations

import json
import shutil

import pytest

from linli.site import postgres
from linli.site.gateways import GATEWAYS
from tests.journeys.house import House
from tests.ops.conftest import Kept, linli

pytestmark = [pytest.mark.xdist_group("ops"), pytest.mark.timeout(300)]
WANTED = {"disk", "clock", "database", "clock of the database", "state of the data", "start-up checks", "ledger"}


def look(house: House) -> tuple[int, dict[str, dict[str, object]]]:
    """The exit status, and the findings by their part."""
    said = linli(house, "ops", "check", "--json")
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    return said.returncode, {row["part"]: row for row in rows}


def test_a_closed_house_is_looked_at_and_stays_closed(kept: Kept, empty: House) -> None:
    """Everything but the machine's own clock and disk is for the house to say."""
    assert linli(empty, "ops", "restore", str(kept.backup)).returncode == 0
    status, found = look(empty)
    assert WANTED | {"queue: outbox", "queue: rules", "quarantine", "house"} == found.keys()
    sick = {part for part, row in found.items() if not row["well"]} - {"clock", "disk"}
    assert sick == set() and status == int(any(not row["well"] for row in found.values()))
    assert not postgres.running(empty.folder)


def test_all_that_is_wrong_is_said_at_once(kept: Kept, empty: House) -> None:
    """A changed ledger, a waiting migration, a silent worker and gateway."""
    assert linli(empty, "ops", "restore", str(kept.backup)).returncode == 0
    postgres.start(empty.folder, kept.keys)
    with postgres.describe(empty.folder, kept.keys).connect("linli") as connection:
        connection.execute(
            "UPDATE access_ledger SET entry = replace(entry, 'read', 'rode') WHERE chain = 'house' AND sequence = 2"
        )
        connection.execute("DELETE FROM django_migrations WHERE app = 'site'")
        connection.execute("INSERT INTO site_heartbeat (part, at) VALUES ('worker: rules', now() - interval '1 hour')")
    status, found = look(empty)
    sick = {part for part, row in found.items() if not row["well"]} - {"clock", "disk"}
    deaf = {"gateway: http", *(f"gateway: {gateway.key}" for gateway in GATEWAYS)}
    assert sick == {"ledger", "state of the data", "worker: rules", *deaf} and status == 1
    assert "house:2 changed" in str(found["ledger"]["text"])


def test_without_a_database_the_rest_is_still_looked_at(kept: Kept, empty: House) -> None:
    """A server that does not start is one finding among others."""
    shutil.copytree(kept.house.folder, empty.folder, ignore=shutil.ignore_patterns("postgres"))
    (empty.folder / "postgres").mkdir()
    (empty.folder / "postgres" / "PG_VERSION").write_text("9.6\n")
    status, found = look(empty)
    assert status == 1 and {"disk", "clock", "database"} == found.keys() and not found["database"]["well"]
