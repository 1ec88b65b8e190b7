"""A faulty programme is refused with where, what and what to do; a pack that is not there is a warning."""

from __future__ import annotations

from datetime import date

import pytest

from linli.scoreboard.checking import check
from linli.scoreboard.loading import BadProgramme, load
from linli.scoreboard.tests.making import indicator, programme, target

JOINED = {"networked_alarms.joined": indicator()}
PACKS = {"networked_alarms"}

HEAD = """
[programme]
id = "trial"
title_zh = "试"
title_en = "Trial"
adopted = 2015-05-20
level = "city"
areas = ["3417"]
[[target]]
id = "T29"
quote = "系统联网率达到70%"
title_zh = "联网率"
title_en = "Joined"
pack = "networked_alarms"
indicator = "joined"
op = ">="
value = 0.70
unit = "ratio"
due = 2016-12-31
strength = "must"
basis = "seed 一·3"
"""


def found(faulty, indicators=JOINED, packs=PACKS, areas=("3417",)):
    return [(problem.severity, problem.where) for problem in check(faulty, indicators, packs, areas)]


def test_a_right_programme_has_no_problem():
    assert found(programme()) == []


def test_a_pack_that_is_not_installed_is_a_warning_and_an_unknown_indicator_an_error():
    assert found(programme(), {}, ()) == [("warning", "target T29 · indicator")]
    misspelt = programme(target(indicator="joinde"))
    assert found(misspelt) == [("error", "target T29 · indicator")]
    assert "nearest: joined" in check(misspelt, JOINED, PACKS)[0].remedy


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"due": date(2015, 5, 20)}, "due"),
        ({"due": date(2016, 6, 30), "yearly": True}, "due"),
        ({"due": None, "due_assumed": True}, "due"),
        ({"value": 70}, "value"),
        ({"value": True}, "value"),
        ({"op": "trend<"}, "op"),
        ({"unit": "count", "value": "40.5"}, "value"),
        ({"unit": "count", "value": 40}, "unit"),
        ({"group_by": ("trade",)}, "trade"),
        ({"group_by": ("province",)}, "group_by"),
        ({"slice": {"kind": "school"}}, "kind"),
        ({"replaced_by": "networked_alarms.other"}, "replaced_by"),
        ({"replaced_by": "networked_alarms.joined"}, "note"),
    ],
)
def test_a_wrong_field_is_an_error_that_names_it(fields, where):
    assert ("error", f"target T29 · {where}") in found(programme(target(**fields)))


def test_overlapping_targets_and_double_numbers_are_errors():
    twice = programme(target(), target(id="T30", value="0.80"))
    assert found(twice) == [("error", "target T30")]
    later = programme(target(), target(id="T30", value="0.80", due=date(2017, 12, 31)))
    assert found(later) == []
    assert ("error", "T29") in found(programme(target(), target(due=date(2017, 12, 31))))


def test_an_area_must_be_there_and_of_the_programmes_level():
    assert found(programme(areas=("3418",))) == [("error", "programme · areas")]
    assert found(programme(areas=("341702",))) == [("error", "programme · areas")]


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("due = 2016-12-31", 'due = "year\'s end"'), "target T29 · due", "date"),
        (("due = 2016-12-31", "due = 2016-02-30"), "trial.toml", "not TOML"),
        (('op = ">="', 'op = "=>"'), "target T29 · op", "=>"),
        (('strength = "must"', 'strong = "must"'), "target T29 · strong", "no field has this name"),
        (('strength = "must"', ""), "target T29 · strength", "missing"),
        (('areas = ["3417"]', 'areas = ["池州"]'), "programme · areas · 0", "池州"),
        (("adopted = 2015-05-20", 'adopted = 2015-05-20\nbased_on = "nowhere"'), "nowhere.toml", "no such file"),
        (("adopted = 2015-05-20", 'adopted = 2015-05-20\nbased_on = "../x"'), "programme · based_on", "no other"),
    ],
)
def test_an_unreadable_file_says_where_and_why(tmp_path, change, where, what):
    path = tmp_path / "trial.toml"
    path.write_text(HEAD.replace(*change), encoding="utf-8")
    with pytest.raises(BadProgramme) as refused:
        load(path)
    problems = refused.value.problems
    assert any(problem.where.endswith(where) and what in problem.what for problem in problems), problems
    assert all(problem.remedy for problem in problems)


def test_a_file_based_on_another_takes_its_rows_and_overwrites_fields(tmp_path):
    (tmp_path / "first.toml").write_text(HEAD.replace('"trial"', '"first"'), encoding="utf-8")
    second = tmp_path / "second.toml"
    second.write_text(
        '[programme]\nid = "second"\nbased_on = "first"\ndue = 2020-12-31\n[[target]]\nid = "T29"\nvalue = 0.80\n',
        encoding="utf-8",
    )
    row = load(second).target("T29")
    assert (row.due, row.goal.limit_denominator(100)) == (date(2020, 12, 31), row.goal)
    assert (str(row.value), row.quote) == ("0.80", "系统联网率达到70%")
