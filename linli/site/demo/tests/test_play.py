"""The scripted day and the heart, through a real gateway on a real socket; then the rules read the log."""

import pytest

from linli.base import visibility
from linli.cases.models import Case
from linli.domains.networked_alarms.models import AlarmEvent
from linli.rules import engine
from linli.rules.models import RuleFailure
from linli.signals.gateways.dc09.sender import Caller
from linli.signals.gateways.dc09.tests.test_server import Running
from linli.signals.models import AssetState, Quarantine, Signal
from linli.site.demo import heart
from linli.site.demo.play import Played, play, script, send


@pytest.fixture(scope="module")
def gateway(loaded):
    with Running() as running:
        yield running


@pytest.fixture
def house(gateway, monkeypatch, django_db_blocker):
    monkeypatch.setenv("LINLI_DC09_PORT", str(gateway.port))
    with django_db_blocker.unblock():
        yield gateway


def test_the_day_is_played_acknowledged_and_ends_in_a_hand_over(house, capsys):
    assert play(None) == 0
    assert "发送 3，应答 3" in capsys.readouterr().out
    while engine.run_once():
        pass
    with visibility.system():
        case = Case.objects.get(kind="networked_alarms.alarm", closed_at__isnull=True)
        event = AlarmEvent.objects.get(case=case)
        assert case.title.startswith("演示·翠微金店") and (case.state, case.signals) == ("reporting", 2)
        assert (event.zone, event.second_zone, event.ground, event.receiver) == ("3", "4", "adjacent_zones", "110")
        assert Signal.objects.filter(kind="alarm.intrusion").count() == 2  # the repeated frame is no second event
        assert Quarantine.objects.count() == RuleFailure.objects.count() == 0


def test_rows_of_gateways_and_packs_that_are_not_here_are_skipped_and_named(house):
    done = Played()
    said = [send(row, done) for row in script() if row.protocol != "dc09"]
    assert said and all("未安装" in words for words in said) and done.sent == 0


def test_the_heart_keeps_the_living_devices_reporting(house):
    beating = heart.panels()
    with visibility.system():
        before = dict(AssetState.objects.filter(presence="online").values_list("asset_id", "last_seen"))
    assert len(beating) == len(before) == 132  # 126 joined, 6 whose operator has no licence
    for one in beating:
        one.due = 0.0
    with Caller("127.0.0.1", house.port) as caller:
        assert heart.beat(beating, caller) == 132
        assert heart.beat(beating, caller) == 0  # nothing is due again so soon
    while engine.run_once():
        pass
    with visibility.system():
        after = dict(AssetState.objects.filter(presence="online").values_list("asset_id", "last_seen"))
    assert after.keys() == before.keys() and all(after[key] > before[key] for key in before)
