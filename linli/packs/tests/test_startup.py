"""Each start-up check finds its fault, says where, and what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.utils.translation import gettext_lazy as _

from linli.cases.declarations import Clock, Effect, Need, State, Transition, Workflow
from linli.cases.models import Case
from linli.packs import city
from linli.packs.checks import fields, history, independence, loading, programmes, protection, references, words
from linli.packs.declaration import Pack
from linli.packs.registry import Failure, failures
from linli.packs.testing import installed
from linli.rules.declarations import Rule
from linli.scoreboard.registry import indicators
from linli.ui.declarations import Column, Entry, Filter, ListSpec
from tests.specimen_pack.pack import fault as specimen_fault


@pytest.fixture
def with_pack():
    """Installs a pack of one kind, changed as told, and gives what `check` finds about it."""

    def found(check, *, kind=None, workflow=None, key="wells", **parts):
        changed = replace(specimen_fault, key=f"{key}.fault", number_word="井", **(kind or {}))
        changed = replace(changed, workflow=replace(changed.workflow, **(workflow or {})))
        pack = Pack(key=key, label="", summary="", sources=(), kinds=(changed,), **parts)
        with installed(pack):
            return [(fault.id, fault.msg, fault.hint) for fault in check() if key in f"{fault.obj} {fault.msg}"]

    return found


def step(**more):
    common = {"key": "dig", "label": "dig", "sources": ("reported",), "target": "repair", "posts": ("technician",)}
    return Transition(**(common | more))


def test_e001_failures_of_the_start_are_told(monkeypatch):
    monkeypatch.setattr(
        failures, "_kept", [Failure("linli.domains.wells", "packs.E001", "does not load", "correct it")]
    )
    [fault] = loading.failed()
    assert (fault.id, fault.obj, fault.msg, fault.hint) == (
        "packs.E001",
        "linli.domains.wells",
        "does not load",
        "correct it",
    )


def test_e003_a_package_file_that_does_something(tmp_path, monkeypatch):
    (tmp_path / "full_wells").mkdir()
    (tmp_path / "full_wells" / "__init__.py").write_text("import os\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(loading, "pack_modules", lambda: ["full_wells"])
    assert [fault.id for fault in loading.full_package_files()] == ["packs.E003"]


@pytest.mark.parametrize("part", ["form", "public", "summary"])
def test_e031_a_name_that_is_no_field(with_pack, part):
    [(id, what, hint)] = with_pack(fields.unknown_fields, kind={part: ("pressure_kpaa",)})
    assert id == "packs.E031" and "pressure_kpaa" in what and "«pressure_kpa»" in hint


def test_e031_a_need_that_is_no_field(with_pack):
    steps = (step(needs=(Need(what="field", name="depht"),)),)
    assert [row[0] for row in with_pack(fields.unknown_fields, workflow={"transitions": steps})] == ["packs.E031"]


def a_list(**more):
    return ListSpec(key="wells.list", label="", rows=Case.objects.all, **({"columns": ()} | more))


def test_e031_columns_and_filters(with_pack):
    spec = a_list(
        columns=(Column(name="a", label="", path="premises__nmae"),),
        filters=(Filter(name="b", label="", path="colour"),),
    )
    assert [row[0] for row in with_pack(fields.unknown_fields, lists=(spec,))] == ["packs.E031", "packs.E031"]


def test_e032_a_column_over_many_rows(with_pack):
    spec = a_list(columns=(Column(name="a", label="", path="premises__assets__name"),))
    [(id, _what, hint)] = with_pack(fields.unknown_fields, lists=(spec,))
    assert (id, hint) == ("packs.E032", "Annotate a count instead.")


def test_e033_a_long_summary(with_pack):
    assert [
        row[0] for row in with_pack(fields.long_summaries, kind={"summary": ("fault", "found", "pressure_kpa")})
    ] == ["packs.E033"]


def test_e051_unknown_posts_wherever_they_stand(with_pack):
    clock = Clock(key="c", amount=1, unit="hours", starts_on="opened", stops_on=("repair",), escalate={100: "cheif"})
    found = with_pack(
        references.unknown_posts,
        kind={"posts": ("wel_keeper",), "open_posts": ()},
        workflow={"transitions": (step(posts=("tecnician",)),), "clocks": (clock,)},
        entries=(Entry(label="", room="work", to="wells.fault", posts=("nobody_at_all",)),),
    )
    named = " ".join(what for _id, what, _hint in found)
    assert {row[0] for row in found} == {"packs.E051"}
    assert all(post in named for post in ("wel_keeper", "tecnician", "cheif", "nobody_at_all"))
    assert "Did you mean «technician»?" in " ".join(hint for _id, _what, hint in found)


def test_e061_unknown_children_and_asset_types(with_pack):
    steps = (step(effects=(Effect(do="open_child", what="wells.flood"),)),)
    rule = Rule(key="wells.dry", on=("alarm.*",), asset_types=("wells.pump",), decide=lambda *_: None)
    found = with_pack(references.unknown_keys, workflow={"transitions": steps}, rules=(rule,))
    assert [(id, "wells.flood" in what, "wells.pump" in what) for id, what, _hint in found] == [
        ("packs.E061", True, False),
        ("packs.E061", False, True),
    ]


def test_e062_a_rule_that_hears_nothing(with_pack):
    rule = Rule(key="wells.dry", on=("alarm.fir", "alarm.*", "alarm.fire"), decide=lambda *_: None)
    [(id, what, hint)] = with_pack(references.unknown_signals, rules=(rule,))
    assert id == "packs.E062" and "«alarm.fir»" in what and "alarm.fire" in hint


def test_e063_a_city_promises_less_time_never_more(with_pack, settings, tmp_path):
    settings.CITY_FILE = tmp_path / "city.toml"
    settings.CITY_FILE.write_text(
        '[clocks."wells.fault.confirm"]\namount = 9999\n'
        '[clocks."wells.fault.repair"]\namount = 1\n[clocks."wells.fault.dig"]\namount = 1\n'
    )
    city.promises.cache_clear()
    try:
        found = with_pack(references.loose_promises)
    finally:
        settings.CITY_FILE = tmp_path / "none.toml"
        city.promises.cache_clear()
    assert [row[0] for row in found] == ["packs.E063", "packs.E063"]
    assert "longer than" in found[0][1] and "no such clock" in found[1][1]


def test_a_city_s_shorter_promise_holds(settings, tmp_path):
    settings.CITY_FILE = tmp_path / "city.toml"
    settings.CITY_FILE.write_text('[clocks."specimen_pack.fault.repair"]\namount = 1\n')
    city.promises.cache_clear()
    try:
        clocks = {clock.key: clock.amount for clock in city.tightened(specimen_fault).workflow.clocks}
    finally:
        city.promises.cache_clear()
    assert clocks["repair"] == 1
    assert clocks["confirm"] == next(c.amount for c in specimen_fault.workflow.clocks if c.key == "confirm")


def test_e071_a_template_of_another_pack(tmp_path, monkeypatch):
    (tmp_path / "templates" / "wells").mkdir(parents=True)
    (tmp_path / "templates" / "wells" / "a.html").write_text('{% include "ponds/row.html" %}{% url "wells:a" %}')

    class Config:
        label, name, path = "wells", "linli.domains.wells", str(tmp_path)

    monkeypatch.setattr(independence, "_configs", lambda keys: [Config])
    wells = Pack(key="wells", label="", summary="", sources=())
    with installed(wells), installed(replace(wells, key="ponds")):
        [fault] = independence.foreign_names()
    assert fault.id == "packs.E071" and "«ponds»" in fault.msg


def test_e071_relations_and_migrations_of_the_installed_packs_are_their_own():
    assert list(independence.foreign_relations()) == list(independence.foreign_migrations()) == []


def test_e081_a_label_without_translation(with_pack):
    found = with_pack(words.untranslated, workflow={"states": (State(key="reported", label=_("never said so")),)})
    assert [(row[0], "never said so" in row[1]) for row in found] == [("packs.E081", True)]


@pytest.mark.django_db
def test_e041_an_open_detail_table(with_pack, monkeypatch):
    assert list(protection.unprotected_details()) == []
    from django.contrib.contenttypes.models import ContentType

    [(id, _what, hint)] = with_pack(protection.unprotected_details, kind={"detail": ContentType})
    assert id == "packs.E041" and 'protect_like_case("django_content_type")' in hint


@pytest.mark.django_db
def test_w101_and_e102_tell_of_cases_that_packs_no_longer_explain(specimen, engineer, see_all):
    from linli.cases.act import open_case
    from linli.cases.declarations import Subject
    from linli.cases.registry import kinds

    open_case(
        "specimen_pack.fault", Subject(title="演示·消火栓", area_path="34.3417.341702"), {"fault": "dry"}, engineer
    )
    assert list(history.cases_without_pack()) == list(history.cases_in_unknown_states()) == []
    with kinds.opened():
        whole = kinds._items.pop("specimen_pack.fault")
        assert [fault.id for fault in history.cases_without_pack()] == ["packs.W101"]
        kinds.install(
            [replace(whole, workflow=Workflow(start="new", states=(State(key="new", label=""),), transitions=()))]
        )
        assert [fault.id for fault in history.cases_in_unknown_states()] == ["packs.E102"]
    assert connection.in_atomic_block


def test_w110_rows_of_packs_that_are_not_installed_are_counted_once_a_programme():
    found = list(programmes.grey_rows())
    assert found and {fault.id for fault in found} == {"packs.W110"}
    assert all("networked_alarms" not in fault.msg for fault in found)


def test_w111_an_indicator_that_its_pack_does_not_have_and_a_file_that_is_no_programme(settings, tmp_path):
    with indicators.opened():
        del indicators._items["networked_alarms.joined"]
        named = [fault.msg for fault in programmes.grey_rows() if fault.id == "packs.W111"]
    assert named and all("networked_alarms.joined" in what for what in named)
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "torn.toml").write_text("[programme\n")
    settings.ROOT = tmp_path
    assert [(fault.id, fault.obj) for fault in programmes.grey_rows()] == [("packs.W111", "torn")]


def test_every_check_has_its_own_id():
    source = "".join(path.read_text() for path in Path(loading.__file__).parent.glob("*.py"))
    wanted = (
        "E003",
        "E031",
        "E032",
        "E033",
        "E041",
        "E051",
        "E061",
        "E062",
        "E063",
        "E071",
        "E081",
        "W101",
        "E102",
        "W110",
    )
    assert all(f"packs.{id}" in source for id in wanted)
