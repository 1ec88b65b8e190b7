"""Houses of earlier states are brought forward with all their data, also when the upgrade is killed at each step."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from linli.site import postgres
from tests.journeys.house import ROOT, House
from tests.ops.conftest import linli, manifest

pytestmark = [pytest.mark.xdist_group("ops"), pytest.mark.timeout(600)]
HOUSES = sorted((Path(__file__).parent / "data").glob("house-*.tar.xz"))
KEPT = (
    "signals_quarantine",
    "cases_case",
    "cases_timelineentry",
    "access_ledger",
    "files_storedfile",
    "registers_asset",
)


@pytest.fixture(params=HOUSES, ids=lambda path: path.name.removesuffix(".tar.xz"))
def old(request: pytest.FixtureRequest, empty: House, tmp_path: Path) -> tuple[House, Path]:
    """A restored house of an earlier state, and the backup it came from."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    said = linli(empty, "ops", "restore", str(tmp_path / "house"))
    assert said.returncode == 0, said.stderr
    return empty, tmp_path / "house"


def upgrading(house: House, target: Path) -> subprocess.Popen[str]:
    """`linli ops upgrade`, with a pack more than the house had: so there is always a step."""
    return subprocess.Popen(
        [sys.executable, "-m", "linli.site.cli", "ops", "upgrade", str(target)],
        cwd=ROOT,
        env=house.environment | {"DJANGO_SETTINGS_MODULE": "linli.site.settings_test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_after(process: subprocess.Popen[str], words: str, times: int) -> str:
    """Read what it prints until `words` came so often, then kill -9; what it printed."""
    said = ""
    assert process.stdout
    while letter := process.stdout.read(1):
        said += letter
        if said.count(words) == times:
            process.kill()
            break
    process.wait()
    return said


def test_an_upgrade_killed_at_any_step_goes_on_and_loses_nothing(old: tuple[House, Path], tmp_path: Path) -> None:
    """Killed after the backup, and inside each migration; one backup, made before the first step."""
    house, backup = old
    target = tmp_path / "backups"
    said = kill_after(upgrading(house, target), "backup: ", 1)
    steps = 0
    while True:
        steps += 1
        said = kill_after(upgrading(house, target), "Applying", steps)
        if said.count("Applying") < steps:
            break
    assert "ledger as before" in said and steps > 1
    assert "fewer rows than before" not in said
    (made,) = target.iterdir()
    before = manifest(backup)["contents"]
    assert manifest(made)["contents"] == before
    assert not (house.folder / "upgrade.json").exists()
    said = "".join(upgrading(house, target).communicate(timeout=120))
    assert "nothing to do" in said
    after = json.loads(_contents(house))
    assert after["root"] == before["root"]
    assert {name: after["tables"][name] for name in KEPT} == {name: before["tables"][name] for name in KEPT}


def _contents(house: House) -> str:
    done = linli(house, "ops", "backup", str(house.folder.parent / "after"), "--with-keys")
    assert done.returncode == 0, done.stderr
    return json.dumps(manifest(Path(done.stdout.splitlines()[0]))["contents"])


def test_an_open_house_is_not_upgraded(old: tuple[House, Path], tmp_path: Path) -> None:
    """Its programs would work on tables that change under them."""
    import psycopg

    house, _backup = old
    keys = json.loads((house.folder / "secrets.json").read_text())
    postgres.start(house.folder, keys)
    place = postgres.describe(house.folder, keys)
    with psycopg.connect(host=place.host, dbname=place.database, user="linli_app", password=keys["linli_app"]):
        said = linli(house, "ops", "upgrade", str(tmp_path / "backups"))
    assert said.returncode == 1 and "ops.house_open" in said.stderr


def test_data_of_a_newer_version_are_refused(old: tuple[House, Path], tmp_path: Path) -> None:
    """An older program would spoil them."""
    house, _backup = old
    keys = json.loads((house.folder / "secrets.json").read_text())
    postgres.start(house.folder, keys)
    with postgres.describe(house.folder, keys).connect("linli") as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('signals', '9999_later', now())")
    said = linli(house, "ops", "upgrade", str(tmp_path / "backups"))
    assert said.returncode == 1 and "ops.newer_house" in said.stderr and "signals.9999_later" in said.stderr


def test_every_migration_of_ours_is_one_transaction() -> None:
    """What a killed upgrade needs to go on: a step is done or not done."""
    split = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "linli").rglob("migrations/*.py")
        if "atomic = False" in path.read_text() or "CONCURRENTLY" in path.read_text()
    ]
    assert split == []
