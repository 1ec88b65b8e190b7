"""The two programme files hold every row of the table of targets, in the words of the city's text."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from linli.scoreboard.checking import check
from linli.scoreboard.loading import load

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("LINLI_SHARED", ROOT.parent / "shared"))
SEED = SHARED / "data" / "programme" / "chizhou-333-2015-05-20.txt"
TARGETS = [
    *(f"T{number:02}" for number in range(1, 16)),
    *("T16a", "T16b", "T17", "T18"),
    *(f"T19{letter}" for letter in "abcdefghi"),
    *(f"T{number}" for number in range(20, 30)),
    *("T30a", "T30b"),
    *(f"T{number}" for number in range(31, 37)),
    *(f"S{number:02}" for number in range(1, 8)),
    *("M01", "M02a", "M02b", "M02c", "M03a", "M03b"),
    *(f"M{number:02}" for number in range(4, 9)),
]
AIMS = ["T07", "T09", "T12", "T20", "T21", "S03", "S04"]
DATES_NOT_IN_THE_TEXT = ["T17", "T18", *(f"T19{letter}" for letter in "abcdefghi"), "T20", "T21", "T34"]


@pytest.fixture(scope="module")
def seed():
    return load(ROOT / "programmes" / "chizhou-333.toml")


def test_every_row_of_the_table_stands_in_the_file(seed):
    assert len(TARGETS) == 64
    assert [row.id for row in seed.targets] == TARGETS
    assert [row.id for row in seed.deliverables] == [f"D{number:02}" for number in range(1, 10)]


def test_each_quote_stands_in_the_citys_text(seed):
    if not SEED.exists():
        pytest.skip("the text of 2015 is not here; LINLI_SHARED names its folder")
    text = SEED.read_text(encoding="utf-8")
    assert [row.id for row in (*seed.targets, *seed.deliverables) if row.quote not in text] == []


def test_aims_and_agreed_thresholds_and_dates_are_those_of_the_table(seed):
    assert [row.id for row in seed.targets if row.strength == "aim"] == AIMS
    assert [row.id for row in seed.targets if row.assumed] == ["T05", "T11", "T12"]
    assert [row.id for row in seed.targets if row.due_assumed] == DATES_NOT_IN_THE_TEXT
    assert [row.id for row in seed.targets if row.yearly] == ["T10", "M02a", "M02b", "M02c", "M03a", "M03b"]
    assert [row.id for row in seed.targets if row.replaced_by] == ["T35", "M01"]


def test_every_row_has_its_place_in_the_text(seed):
    assert {seed.section_of(row).key for row in seed.targets} == {"一·2", "一·3", "二", "三"}


@pytest.mark.parametrize("name", ["chizhou-333", "demo-2026"])
def test_the_files_are_clean_without_any_pack(name):
    problems = check(load(ROOT / "programmes" / f"{name}.toml"), {}, (), {"3417"})
    assert {problem.severity for problem in problems} == {"warning"}


def test_the_demo_has_the_same_targets_on_other_dates(seed):
    demo = load(ROOT / "programmes" / "demo-2026.toml")
    assert [row.id for row in demo.targets] == TARGETS
    assert {row.due for row in demo.targets} == {date(2026, 12, 31), date(2026, 6, 30)}
    assert demo.note is not None and demo.note.zh == "日期为演示设定"
    kept = ("quote", "pack", "indicator", "op", "value", "unit", "strength", "assumed", "basis", "replaced_by")
    for before, after in zip(seed.targets, demo.targets, strict=True):
        assert [getattr(before, field) for field in kept] == [getattr(after, field) for field in kept]


def test_no_indicator_watches_what_people_say(seed):
    assert not [row.key for row in seed.targets if "monitoring_centre" in row.key or "监控中心" in row.title_zh]
    assert seed.target("T35").replaced_by == "cyber_safety.response_capability"
