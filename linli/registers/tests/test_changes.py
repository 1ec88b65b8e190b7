"""Registering, changing, retiring: each with its history; duties one at a time."""

from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from linli.base.models import Outbox
from linli.registers import duties
from linli.registers.changes import change, history_of, register, retire
from linli.registers.identifiers import checked_uscc
from linli.registers.models import Change, Organisation
from linli.registers.refusals import DutyTaken, RetiredAlready, StillNeeded
from linli.registers.tests.conftest import asset, code, organisation, premises


def test_a_thing_is_registered_with_where_it_comes_from(db, keeper):
    row = register(organisation(uscc=code(1).lower()), keeper, "现场登记")
    assert row.uscc == code(1) and row.initials == "ysd1sh"
    assert row.provenance["source"] == "现场登记" and row.provenance["post"] == "technician"
    assert [(line.act, line.source) for line in history_of(row)] == [("made", "现场登记")]
    assert Outbox.objects.filter(topic="registers", payload__key=str(row.pk)).exists()


def test_the_area_follows_from_the_point(db, keeper):
    row = register(organisation(area_path="", lng=117.4890, lat=30.6560), keeper, "现场登记")
    assert row.area_path.startswith("34.3417.341702")
    with pytest.raises(ValueError, match="地图"):
        register(organisation(2, area_path="", lng=121.47, lat=31.23), keeper, "现场登记")


def test_a_change_keeps_what_was_and_an_unchanged_field_is_none(db, keeper):
    row = register(organisation(), keeper, "现场登记")
    assert change(row, keeper, "年检", name="演示·新商行", address="") == ["name"]
    assert change(row, keeper, "年检", name="演示·新商行") == []
    newest = history_of(row)[0]
    assert (newest.before, newest.after) == ({"name": "演示·第1商行"}, {"name": "演示·新商行"})
    assert Organisation.objects.get(pk=row.pk).initials == "ysxsh"


def test_nobody_changes_or_removes_the_history(db, keeper):
    register(organisation(), keeper, "现场登记")
    for act in (lambda rows: rows.update(source="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            act(Change.objects.all())


def test_what_still_stands_on_a_thing_keeps_it_in_use(db, keeper):
    owner = register(organisation(), keeper, "登记")
    shop = register(premises(owner), keeper, "登记")
    system = register(asset(premises=shop), keeper, "登记")
    with pytest.raises(StillNeeded) as refused:
        retire(owner, keeper, date(2026, 6, 1), "注销")
    assert "门店" in refused.value.text()
    duty = duties.assign("trial.responsible", system, date(2026, 1, 1), body=keeper.body)
    for thing in (system, shop, owner):
        retire(thing, keeper, date(2026, 6, 1), "注销")
    duty.refresh_from_db()
    assert duty.during.upper == date(2026, 6, 1)
    assert not Organisation.objects.in_service(date(2026, 6, 1)).exists()
    assert Organisation.objects.in_service(date(2026, 5, 31)).get() == owner
    with pytest.raises(RetiredAlready):
        retire(owner, keeper, date(2026, 7, 1), "注销")


def test_one_holder_of_a_duty_at_a_time_says_the_database(db, keeper):
    system = register(asset(), keeper, "登记")
    first = duties.assign("trial.responsible", system, date(2026, 1, 1), date(2026, 6, 1), body=keeper.body)
    assert first.during.upper == date(2026, 6, 1)
    with pytest.raises(DutyTaken):
        duties.assign("trial.responsible", system, date(2026, 5, 31), body=keeper.body)
    later = duties.assign("trial.responsible", system, date(2026, 6, 1), body=keeper.body)
    duties.assign("trial.operator", system, date(2026, 1, 1), body=keeper.body)
    assert [duty.role for duty in duties.of(system, date(2026, 6, 1))] == ["trial.operator", "trial.responsible"]
    duties.end(later, date(2026, 6, 1))
    assert [duty.role for duty in duties.of(system, date(2026, 6, 1))] == ["trial.operator"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("91350100M000100Y43", None),
        ("９１３５０１００ｍ０００１００ｙ４３", None),
        ("91350100-M000100Y-43", None),
        ("91350100M000100Y44", "校验"),
        ("91350100M000100Y4", "17"),
        ("91350100M0001O0Y43", "I、O"),
    ],
)
def test_a_unified_social_credit_code_is_checked(text, said):
    """GB 32100-2015, the worked example of the standard."""
    if said is None:
        assert checked_uscc(text) == "91350100M000100Y43"
    else:
        with pytest.raises(ValueError, match=said):
            checked_uscc(text)


def test_codes_of_the_demo_city_are_none_of_a_real_one(settings):
    assert checked_uscc(code(7)) == code(7)
    settings.DEMO = False
    with pytest.raises(ValueError, match="演示"):
        checked_uscc(code(7))
