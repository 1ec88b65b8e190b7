"""A small house of the present state, made once, and what a test needs to keep and bring it back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linli.site import postgres
from tests.journeys.house import ROOT, House, scratch


@dataclass
class Kept:
    """A house's folder, a backup of it with keys, and the house's keys."""

    folder: Path
    house: House
    backup: Path
    keys: dict[str, str]

    @property
    def manifest(self) -> dict[str, Any]:
        """What the backup says of itself."""
        return manifest(self.backup)


def manifest(backup: Path) -> dict[str, Any]:
    """What a backup says of itself."""
    return json.loads((backup / "manifest.json").read_text())


def back_up(house: House, target: Path, *words: str) -> Path:
    """Run `linli ops backup`; the folder it printed first."""
    return Path(house.linli("ops", "backup", str(target), *(words or ("--with-keys",))).splitlines()[0])


def linli(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    """A `linli` command whatever its end."""
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *words],
        cwd=ROOT,
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def make(house: House) -> None:
    """The small house; its server is stopped again."""
    environment = house.environment | {"DJANGO_SETTINGS_MODULE": "linli.site.settings"}
    subprocess.run([sys.executable, "-m", "tests.ops.making"], cwd=ROOT, env=environment, check=True, timeout=200)


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """The house at work (its server runs), and a backup of it. Tests change neither."""
    with scratch() as folder:
        house = House(folder / "var")
        try:
            make(house)
            backup = back_up(house, folder / "backups")
            yield Kept(folder, house, backup, json.loads((house.folder / "secrets.json").read_text()))
        finally:
            postgres.stop(house.folder)


@pytest.fixture
def empty(kept: Kept) -> Iterator[House]:
    """A house that is not there yet."""
    with scratch() as folder:
        house = House(folder / "var")
        try:
            yield house
        finally:
            postgres.stop(house.folder)


@pytest.fixture
def copy(kept: Kept, tmp_path: Path) -> Path:
    """A copy of the backup that a test may damage."""
    target = tmp_path / kept.backup.name
    shutil.copytree(kept.backup, target, copy_function=os.link)
    return target
