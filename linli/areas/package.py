"""The tree that comes with Linli: Chizhou 池州 (341700), edition of 2023, and what changed since that of 2016.

Pure: reads the package's files, gives values. Origins and licences: `data/LICENCES.md`. The dates are those of the
editions; the day on which a change took effect lies between the two and is not published with them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.base.ids import uuid7_at

DATA = Path(__file__).resolve().parent / "data"
DATA_ODBL = Path(__file__).resolve().parent / "data_odbl"
EDITION = date(2023, 6, 30)
TITLE = "国家统计局统计用区划代码 2023（截至2023-06-30），变动对照 2016 版"
REAL_BOUNDARY = "Vonng/adcode 2016 (CC BY 4.0)"
INVENTED_BOUNDARY = "invented"
PACKAGE_BOUNDARIES = ("", REAL_BOUNDARY, INVENTED_BOUNDARY)
_ENDINGS = ("街道办事处", "街道", "居委会", "村委会", "社区", "镇", "乡", "市", "区", "县", "省")


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A code or a name with the days on which it held: from (None: as far back as known) to (None: still)."""

    text: str
    since: date | None
    until: date | None


@dataclass(kw_only=True)
class Row:
    """One area of the package, with its key (the same on every machine), dated codes and dated names."""

    key: str
    path: str
    name: str
    level: int
    kind: str
    urban_rural: str = ""
    urban_rural_guessed: bool = False
    lng: float | None = None
    lat: float | None = None
    point_invented: bool = False
    boundary: dict[str, Any] | None = None
    boundary_source: str = ""
    ended_on: date | None = None
    codes: list[Dated] = field(default_factory=list)
    names: list[Dated] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """The key as uuid v7, its time that of the edition."""
        return stable_id("area", self.key)

    @property
    def parent_path(self) -> str:
        """The path without its last label, "" at the root."""
        return self.path.rpartition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Succession:
    """The area of key `after` took over from that of key `before`."""

    before: str
    after: str
    since: date
    change: str


@dataclass(frozen=True)
class Package:
    """Everything the package says about areas."""

    rows: tuple[Row, ...]
    successions: tuple[Succession, ...]
    digest: str


def stable_id(kind: str, text: str) -> UUID:
    """A uuid v7 that depends on `kind` and `text` alone."""
    bits = int.from_bytes(hashlib.sha256(f"{kind}/{text}".encode()).digest()[:10]) >> 6
    return uuid7_at(datetime(EDITION.year, EDITION.month, EDITION.day, tzinfo=UTC), bits)


def short_name(name: str, kind: str) -> str:
    """The name without the word for what it is, where two characters remain: 贵池区 → 贵池, 泾县 stays."""
    for ending in _ENDINGS if kind not in ("zone", "virtual") else ():
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def read_package() -> Package:
    """Read and join the files: tree, changes 2016 → 2023, boundaries."""
    rows = {row.path.rpartition(".")[2].ljust(12, "0"): row for row in _tree()}
    ended, successions = _apply_changes(rows)
    for name, source in (("counties", REAL_BOUNDARY), ("townships-invented", INVENTED_BOUNDARY)):
        for feature in geojson(f"chizhou-{name}.geojson")["features"]:
            row = rows[feature["properties"]["code"]]
            row.boundary, row.boundary_source = feature["geometry"], source
    files = sorted(path for path in DATA.iterdir() if path.name.startswith("chizhou-"))
    digest = hashlib.blake2b(b"".join(path.read_bytes() for path in files), digest_size=16).hexdigest()
    return Package((*rows.values(), *ended), tuple(successions), digest)


def geojson(name: str, folder: Path = DATA) -> dict[str, Any]:
    """A GeoJSON file of the package."""
    document: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return document


def table(name: str, folder: Path = DATA) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of the package."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _tree() -> Iterator[Row]:
    for line in table("chizhou-areas.csv"):
        placed = bool(line["lng"])
        yield Row(
            key=line["code"],
            path=line["path"],
            name=line["name"],
            level=int(line["level"]),
            kind=line["kind"],
            urban_rural=line["ur"],
            urban_rural_guessed=line["ur_src"] == "guess",
            lng=float(line["lng"]) if placed else None,
            lat=float(line["lat"]) if placed else None,
            point_invented=line["pt_src"] == "invented",
            codes=[Dated(text=line["code"], since=None, until=None)],
            names=[Dated(text=line["name"], since=None, until=None)],
        )


def _apply_changes(rows: dict[str, Row]) -> tuple[list[Row], list[Succession]]:
    """Date the codes and names that changed; give back the areas that ended, and who took over from whom.

    A village that became a community, a community that moved to another street, a corrected character: the same
    area with another code or name. A zone's code under another name: another area (design: demo-city §8.1).
    """
    ended: list[Row] = []
    successions: list[Succession] = []
    for line in table("chizhou-area-changes-2016-2023.csv"):
        old, new, change = line["code_2016"], line["code_2023"], line["change"]
        if change == "added":
            _begin(rows[new], rows[new].key)
        elif change == "removed":
            ended.append(_former(line, rows))
        elif change == "code_reused_or_renamed" and old[6:9] >= "400":
            former = _former(line, rows)
            ended.append(former)
            _begin(rows[new], f"{new}@2023")
            succession = Succession(before=former.key, after=rows[new].key, since=EDITION, change="code_reused")
            successions.append(succession)
        else:
            _carry_on(rows[new], line)
    return ended, successions


def _begin(row: Row, key: str) -> None:
    """The area exists since the edition of 2023."""
    row.key = key
    row.codes = [Dated(text=row.codes[0].text, since=EDITION, until=None)]
    row.names = [Dated(text=row.name, since=EDITION, until=None)]


def _carry_on(row: Row, line: dict[str, str]) -> None:
    """The area is that of 2016 under another code, another name, or both; its key is its first code."""
    row.key = line["code_2016"]
    for kept, before, after in (
        (row.codes, line["code_2016"], line["code_2023"]),
        (row.names, line["name_2016"], line["name_2023"]),
    ):
        if before != after:
            kept[:] = [Dated(text=before, since=None, until=EDITION), Dated(text=after, since=EDITION, until=None)]


def _former(line: dict[str, str], rows: dict[str, Row]) -> Row:
    """An area of 2016 that is no more."""
    code = line["code_2016"]
    town = code.endswith("000")
    county = rows[f"{code[:6]}000000"].path
    return Row(
        key=code,
        path=f"{county}.{code[:9]}" if town else f"{county}.{code[:9]}.{code}",
        name=line["name_2016"],
        level=4 if town else 5,
        kind="zone" if town else "virtual",
        ended_on=EDITION,
        codes=[Dated(text=code, since=None, until=EDITION)],
        names=[Dated(text=line["name_2016"], since=None, until=EDITION)],
    )
