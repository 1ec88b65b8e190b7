"""Backup, delete everything, restore: the same house. And everything that must not be half done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from linli.site import postgres
from tests.journeys.house import ROOT, House
from tests.kills.installation import until
from tests.ops.conftest import Kept, back_up, linli, manifest

pytestmark = [pytest.mark.xdist_group("ops"), pytest.mark.timeout(300)]


def test_what_was_deleted_comes_back_with_the_same_counts_and_the_same_ledger_root(kept: Kept, empty: House) -> None:
    """The show: backup, delete `var/`, restore, verify. The keys, the files and the ledger are the old ones."""
    before = kept.manifest["contents"]
    assert before["tables"]["signals_quarantine"] == 1 and before["tables"]["cases_case"] >= 3
    assert before["lines"] == 7 and before["faults"] == []
    said = linli(empty, "ops", "restore", str(kept.backup))
    assert said.returncode == 0, said.stderr
    assert before["root"] in said.stdout and "Open it: make run" in said.stdout
    assert json.loads((empty.folder / "secrets.json").read_text()) == kept.keys
    after = manifest(back_up(empty, kept.folder / "again"))
    assert after["contents"] == before
    files = {path: mark for path, mark in after["checksums"].items() if path.startswith("var/files/")}
    assert files == {path: mark for path, mark in kept.manifest["checksums"].items() if path.startswith("var/files/")}
    assert len(files) == 2  # the picture, and its copy without place and time
    postgres.start(empty.folder, kept.keys)
    assert f"7 lines, 2 chains, 0 faults, root {before['root']}" in empty.linli("access", "verify")


def test_the_restored_house_refuses_what_the_old_one_refused(kept: Kept, empty: House) -> None:
    """Rights and row-level security come back too: the serving role sees no case without an area, no ledger to change."""
    assert linli(empty, "ops", "restore", str(kept.backup)).returncode == 0
    postgres.start(empty.folder, kept.keys)
    place = postgres.describe(empty.folder, kept.keys)
    with psycopg.connect(
        host=place.host, dbname=place.database, user="linli_app", password=kept.keys["linli_app"], autocommit=True
    ) as app:
        assert app.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        for forbidden in ("DELETE FROM access_ledger", "SELECT access_record('house', '{}', '{}', false)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)  # type: ignore[arg-type]


def test_a_full_house_is_not_overwritten(kept: Kept) -> None:
    """Neither its data nor its keys."""
    said = linli(kept.house, "ops", "restore", str(kept.backup))
    assert said.returncode == 1 and "ops.house_full" in said.stderr
    assert json.loads((kept.house.folder / "secrets.json").read_text()) == kept.keys


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "manifest"])
def test_a_damaged_backup_restores_nothing_and_names_what_is_wrong(
    kept: Kept, empty: House, copy: Path, damage: str
) -> None:
    """Each of its files is checked before anything is done."""
    victim = max((copy / "database").glob("*.dat.gz"), key=lambda path: path.stat().st_size)
    named = f"database/{victim.name}"
    if damage == "missing":
        victim.unlink()
    elif damage == "added":
        named = "database/stranger"
        (copy / named).write_text("?")
    else:
        victim, named = (copy / "manifest.json", "manifest.json") if damage == "manifest" else (victim, named)
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.unlink()  # a link to the good one
        victim.write_bytes(content)
    said = linli(empty, "ops", "restore", str(copy))
    assert said.returncode == 1 and "ops.backup_damaged" in said.stderr and named in said.stderr
    assert not (empty.folder / "postgres").exists()


def test_without_the_keys_nothing_opens_and_other_keys_are_refused(kept: Kept, empty: House, tmp_path: Path) -> None:
    """The keys are an explicit choice; who kept them apart brings them."""
    assert linli(kept.house, "ops", "backup", str(tmp_path)).returncode == 2, "the choice must be made"
    backup = back_up(kept.house, tmp_path, "--without-keys")
    assert not (backup / "secrets.json").exists()
    text = (backup / "manifest.json").read_text()
    assert [name for name, key in kept.keys.items() if key in text] == []
    said = linli(empty, "ops", "restore", str(backup))
    assert said.returncode == 1 and "ops.secrets_missing" in said.stderr
    other = tmp_path / "other.json"
    other.write_text(json.dumps(kept.keys | {"sealing": "of another house"}))
    said = linli(empty, "ops", "restore", str(backup), "--secrets", str(other))
    assert said.returncode == 1 and "ops.other_secrets" in said.stderr and "sealing" in said.stderr
    own = tmp_path / "own.json"
    own.write_text(json.dumps(kept.keys))
    assert linli(empty, "ops", "restore", str(backup), "--secrets", str(own)).returncode == 0


def test_a_restore_that_was_killed_is_simply_run_again(kept: Kept, empty: House) -> None:
    """The database takes its name as the last step: half a house is never open."""
    killed = subprocess.Popen(
        [sys.executable, "-m", "linli.site.cli", "ops", "restore", str(kept.backup)],
        cwd=ROOT,
        env=empty.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def filling() -> bool:
        try:
            with postgres.describe(empty.folder, kept.keys).connect("linli_restoring") as half:
                return bool(half.execute("SELECT to_regclass('cases_case')").fetchone()[0])  # type: ignore[index]
        except psycopg.OperationalError:
            return False

    until(filling, "the restore is under way")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    with postgres.describe(empty.folder, kept.keys).connect("linli") as left:
        assert left.execute("SELECT to_regclass('cases_case')").fetchone() == (None,)
    said = linli(empty, "ops", "restore", str(kept.backup))
    assert said.returncode == 0, said.stderr
    assert kept.manifest["contents"]["root"] in said.stdout


def test_a_backup_of_a_house_at_work_is_of_one_moment(kept: Kept, empty: House) -> None:
    """Lines are written to the ledger all the while; what is restored ends with one of them and is whole."""
    assert linli(empty, "ops", "restore", str(kept.backup)).returncode == 0
    postgres.start(empty.folder, kept.keys)
    place, stop = postgres.describe(empty.folder, kept.keys), threading.Event()
    entry = '{"act":"read","at":"2026-05-20T00:00:00.000000Z"}'

    def write() -> None:
        with psycopg.connect(
            host=place.host, dbname=place.database, user="linli_gate", password=kept.keys["linli_gate"], autocommit=True
        ) as gate:
            while not stop.is_set():
                gate.execute("SELECT access_record('house', ARRAY[%s], ARRAY[NULL]::uuid[], false)", [entry])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        moment = back_up(empty, kept.folder / "moving")
    finally:
        stop.set()
        writer.join()
    assert manifest(moment)["contents"]["faults"] == [] and manifest(moment)["contents"]["lines"] > 7
    postgres.stop(empty.folder)
    shutil.rmtree(empty.folder)
    said = linli(empty, "ops", "restore", str(moment))
    assert said.returncode == 0 and manifest(moment)["contents"]["root"] in said.stdout


def test_no_half_backup_is_left(empty: House, tmp_path: Path) -> None:
    """An empty database is no house; the folder that was begun is gone."""
    said = linli(empty, "ops", "backup", str(tmp_path / "target"), "--with-keys")
    assert said.returncode == 1 and "ops.no_house" in said.stderr
    assert list((tmp_path / "target").iterdir()) == []
