"""`linli scoreboard …` and `linli programme …`."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from linli.areas.loader import load_areas
from linli.scoreboard.asking import NoGroup, NoIndicator
from linli.scoreboard.commands import add_commands
from linli.scoreboard.places import NoArea
from linli.scoreboard.registry import indicators
from linli.scoreboard.tests import world
from linli.scoreboard.tests.world import DONGZHI, GUICHI, QINGYANG, SHITAI, City

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"
pytestmark = pytest.mark.django_db


def linli(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(words)
    return arguments.run(arguments)


@pytest.fixture
def city(see_all):
    load_areas()
    with indicators.opened():
        indicators.install([world.share])
        made = City()
        for county, joined, of in ((GUICHI, 69, 104), (DONGZHI, 33, 55), (SHITAI, 4, 9), (QINGYANG, 20, 32)):
            made.systems(county, joined, of)
        yield made


SHOW = ("scoreboard", "show", "trial.joined", "--as-of", "2026-05-20", "--group-by", "county")


def test_an_indicator_by_county_as_json(city, capsys):
    assert linli(*SHOW, "--format", "json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert {row["area"]: (row["numerator"], row["denominator"]) for row in answer["rows"]} == {
        "341702": (69, 104),
        "341721": (33, 55),
        "341722": (4, 9),
        "341723": (20, 32),
    }
    total = answer["total"]
    assert (total["numerator"], total["denominator"], total["shown"], total["missing"]) == (126, 200, "63.0 %", 74)
    assert total["value"] == "63/100"


def test_the_same_as_csv_and_table(city, capsys):
    linli(*SHOW, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["shown"] for row in rows] == ["66.3 %", "60.0 %", "44.4 %", "62.5 %", "63.0 %"]
    linli(*SHOW)
    assert "石台县" in capsys.readouterr().out


def test_the_drill_down_lists_the_missing_rows(city, capsys):
    linli(*SHOW, "--list", "missing", "--format", "json")
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 200 - 126
    assert {row["reason"] for row in rows} == {"never"}
    linli(*SHOW, "--list", "missing", "--within", "341722", "--format", "json")
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["area"] for row in rows} == {"石台县"} and len(rows) == 5


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("scoreboard", "show", "trial.nothing"), NoIndicator),
        ((*SHOW[:-1], "trade"), NoGroup),
        ((*SHOW, "--within", "999999"), NoArea),
    ],
)
def test_what_is_not_there_is_refused_by_name(city, words, refusal):
    with pytest.raises(refusal):
        linli(*words)


def test_a_programme_as_of_a_day(city, capsys):
    assert linli("programme", "show", "demo-2026", "--as-of", "2026-05-20", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 64
    assert {row["status"] for row in rows} == {"none"}


def test_check_passes_the_programmes_and_warns_of_packs_that_are_not_there(capsys):
    assert linli("programme", "check", str(PROGRAMMES / "chizhou-333.toml")) == 0
    assert "64 targets, 9 deliverables: 0 errors" in capsys.readouterr().out


def test_check_ends_with_1_and_names_every_fault(tmp_path, capsys):
    faulty = tmp_path / "faulty.toml"
    text = (PROGRAMMES / "chizhou-333.toml").read_text("utf-8")
    faulty.write_text(
        text.replace('areas = ["3417"]', 'areas = ["3418"]').replace("value = 0.95", "value = 95"), "utf-8"
    )
    assert linli("programme", "check", str(faulty)) == 1
    said = capsys.readouterr().err
    assert "programme · areas: there is no area «3418»" in said
    assert "target T05 · value" in said and "target T32 · value" in said and "to do:" in said
    assert linli("programme", "check", str(tmp_path / "nothing.toml")) == 1
