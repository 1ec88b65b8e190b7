"""What `linli packs show|draw|cost` print is made from the declaration that runs."""

from django.db import models

from linli.cases.declarations import CaseKind, Clock, State, Transition, Workflow
from linli.packs.declaration import Pack
from linli.packs.drawing import draw
from linli.packs.showing import cost, declaration

WORKFLOW = Workflow(
    start="reported",
    states=(State(key="reported", label="reported"), State(key="restored", label="water is back", final=True)),
    transitions=(
        Transition(
            key="restore", label="report water", sources=("reported",), target="restored", posts=("water_engineer",)
        ),
    ),
    clocks=(
        Clock(
            key="repair",
            label="repair",
            amount=5,
            unit="working_days",
            starts_on="opened",
            stops_on=("restored",),
            fires="restore",
        ),
    ),
)
PACK = Pack(
    key="wells",
    label="Wells",
    summary="Every well has water.",
    sources=("Well Rules",),
    kinds=(CaseKind(key="wells.fault", label="fault", number_word="井", detail=models.Model, workflow=WORKFLOW),),
)


def test_the_chart_shows_states_steps_posts_and_clocks():
    chart = draw(PACK)
    assert "[*] --> reported" in chart
    assert "reported --> restored: report water (water_engineer)" in chart
    assert "restored --> [*]" in chart
    assert "note right of reported: repair ≤ 5 working d, then restore" in chart


def test_show_prints_what_differs_from_the_defaults():
    text = "\n".join(declaration(PACK))
    assert "key: wells" in text and "sources: Well Rules" in text
    assert "    number_word: 井" in text and "amount: 5" in text
    assert "returns" not in text and "holdings" not in text


def test_cost_counts_the_folder_and_names_core_files_that_know_it(tmp_path):
    core = tmp_path / "linli"
    wells = core / "domains" / "wells"
    (wells / "tests").mkdir(parents=True)
    (wells / "pack.py").write_text("a = 1\nb = 2\n")
    (wells / "__init__.py").touch()
    (wells / "tests" / "test_a.py").write_text("def test(): ...\n")
    (core / "wrong.py").write_text("KIND = 'wells.fault'\n")
    (core / "right.py").write_text("KIND = 'ponds.fault'\n")
    found = cost("wells", wells, core)
    assert (found.files, found.lines, found.test_lines, found.core) == (1, 2, 1, ("wrong.py",))
