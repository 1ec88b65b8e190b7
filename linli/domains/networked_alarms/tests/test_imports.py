"""联网用户登记表: taken in, judged in its own words, taken back as one act."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.accounts.actor import Actor
from linli.domains.networked_alarms.imports import SYSTEMS
from linli.domains.networked_alarms.models import AlarmSystem, Contract
from linli.domains.networked_alarms.site_plan import supervision
from linli.domains.networked_alarms.tests.making import GUICHI, an_operator
from linli.registers.imports.running import try_file, write
from linli.registers.imports.undoing import undo
from linli.registers.models import Asset, Duty
from linli.registers.refusals import CannotUndo
from linli.signals import protocols
from linli.signals.models import AssetState, Line

pytestmark = pytest.mark.django_db
LATE = protocols.of("dc09").late
OPERATOR = "91991702MA1234567D"
HEAD = "系统编号,系统名称,系统类别,防护场所,视频复核,城乡,所在区划,运营单位信用代码,联网账号,合同起始日"
ROW = "LW-1,演示·秋浦银行报警系统,紧急按钮,银行,是,城区,贵池区池阳街道,{operator},020001,2026-01-01"


@pytest.fixture
def keeper():
    return Actor(post="technician", name="演示·技术员", user_id=uuid4(), areas=(GUICHI,))


@pytest.fixture
def operator(see_all):
    made = an_operator()
    made.organisation.uscc = OPERATOR
    made.organisation.save()
    return made


@pytest.fixture
def take(keeper):
    def taken(*rows):
        content = "\n".join((HEAD, *(row.format(operator=OPERATOR) for row in rows))).encode()
        run = try_file(SYSTEMS, content, "登记表.csv", keeper)
        return write(run, keeper) if run.counts.get("wrong", 0) == 0 else run

    return taken


def said(run):
    return [(fault["heading"], fault["sentence"]) for row in run.rows.filter(outcome="wrong") for fault in row.errors]


def test_a_row_becomes_system_contract_duty_and_line(operator, take):
    take(ROW)
    system = AlarmSystem.objects.select_related("asset").get()
    assert (system.kind, system.eligible_class, system.video, system.setting) == ("panic", "bank", True, "urban")
    assert (system.asset.number, system.asset.type) == ("LW-1", "networked_alarms.system")
    assert system.asset.settings["video"] is True and system.asset.settings["kind"] == "panic"
    assert Contract.objects.get().operator == operator
    assert Duty.objects.get().body_id == operator.body_id
    assert Line.objects.get().identity == "020001"


def test_the_same_file_again_changes_nothing_a_corrected_one_the_system(operator, take):
    take(ROW)
    assert take(ROW).counts == {"same": 1}
    assert take(ROW.replace("是", "否")).counts == {"changed": 1}
    assert AlarmSystem.objects.get().video is False and Contract.objects.count() == 1
    assert Asset.objects.get().settings["video"] is False


def test_faults_speak_the_words_of_the_table(operator, take):
    take(ROW)
    run = take(
        ROW.replace("LW-1", "LW-2"),
        ROW.replace("LW-1", "LW-3").replace("020001", "12G"),
        ROW.replace("LW-1", "LW-4").replace("020001", "020004").replace("银行", "茶馆"),
        ROW.replace("LW-1", "LW-5").replace(",2026-01-01", ",").replace("020001", "020005"),
    )
    faults = said(run)
    assert [heading for heading, _sentence in faults] == ["联网账号", "联网账号", "防护场所", "合同起始日"]
    assert "已有其他系统" in faults[0][1] and "12G" in faults[1][1] and "银行" in faults[2][1]


def test_an_import_is_taken_back_with_all_that_came_of_it(operator, take, keeper):
    undo(take(ROW), keeper)
    assert [model.objects.count() for model in (Asset, AlarmSystem, Contract, Duty, Line)] == [0] * 5


def test_a_system_that_reported_since_is_not_taken_back(operator, take, keeper):
    run = take(ROW)
    from linli.base import clock

    AssetState.objects.create(asset=Asset.objects.get(), last_seen=clock.now())
    with pytest.raises(CannotUndo):
        undo(run, keeper)
    assert Asset.objects.count() == 1


def test_a_telephone_line_may_be_silent_for_a_day_a_fire_system_for_two_hours(operator, take):
    assert supervision("intrusion", "PSTN") == timedelta(hours=24) / LATE
    assert supervision("fire", "IP") == timedelta(hours=2) / LATE and supervision("intrusion", "IP") is None
    take(ROW.replace("紧急按钮", "火灾"))
    assert Asset.objects.get().supervision == timedelta(minutes=40)
