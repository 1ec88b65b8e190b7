"""The whole entrance over real sockets and a real database."""

from datetime import timedelta

import pytest

from linli.base import clock, visibility
from linli.signals.gateways.gb28181.tests.running import (
    CAMERA,
    NVR,
    Talker,
    enrol,
    heard,
    refused,
    state,
)
from linli.signals.models import Interval, Listening, SipChannel, SipPeer
from linli.signals.presence import sweep

pytestmark = [pytest.mark.timeout(120)]
CHANNEL = "34170200001310000001"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_camera_that_registers_is_on_line_with_the_reason(gateway, transport):
    camera = enrol()
    with Talker(gateway.port, transport=transport) as talker:
        talker.register()
        talker.keepalive()
    assert talker.statuses[:3] == [401, 200, 200]
    assert state(camera).presence == "online"
    assert [row.kind for row in heard("registration")] == ["registration"]
    with visibility.system():
        assert Interval.objects.get(asset=camera, what="presence").cause == "registered"
        row = SipPeer.objects.get(identity=CAMERA)
    assert (row.host, row.transport, row.version) == ("127.0.0.1", transport, "3.0")
    assert row.expires_at - row.registered_at == timedelta(seconds=3600)


def test_what_it_is_asked_when_it_comes_on_line_is_kept(gateway):
    enrol()
    with Talker(gateway.port) as talker:
        talker.register()
        talker.listen(8, until=lambda: {"DeviceInfo", "Catalog", "ConfigDownload"} <= set(talker.device.asked))
        talker.keepalive()
    with visibility.system():
        row = SipPeer.objects.get(identity=CAMERA)
    assert (row.name, row.model, row.heartbeat_seconds) == ("演示摄像机", "SIM-1", 60)
    assert row.catalogue_state == "complete"


def test_a_wrong_password_is_asked_five_times_then_barred(gateway):
    camera = enrol()
    with Talker(gateway.port, secret="another-password") as talker:
        for _once in range(3):
            talker.register()
        talker.register()
    assert talker.statuses.count(401) >= 5 and talker.statuses[-1] == 403
    assert refused()[f"gb28181:{CAMERA}", "digest-wrong"] == 5
    assert [row.kind for row in heard("security.sender")] == ["security.sender"]
    with visibility.system():
        assert not hasattr(type(camera).objects.get(pk=camera.pk), "state")


def test_an_unknown_number_is_refused_and_asked_about_once(gateway):
    with Talker(gateway.port) as talker:
        talker.register()
        talker.register()
    assert talker.statuses == [403, 403]
    assert len(heard("registration")) == 1 and heard("registration")[0].asset_id is None
    assert refused()[f"gb28181:{CAMERA}", "unknown-peer"] == 2


def test_signing_off_is_an_end_with_its_reason(gateway):
    camera = enrol()
    with Talker(gateway.port) as talker:
        talker.register()
        talker.say(talker.device.sign_off())
        talker.keepalive()
    assert talker.statuses[-1] == 403
    assert state(camera).presence == "offline"
    with visibility.system():
        assert Interval.objects.get(asset=camera, what="presence", value="offline").cause == "signed-off"


def test_cameras_behind_a_recorder_are_there_as_its_catalogue_says(gateway):
    recorder, camera = enrol(NVR, type_="test.recorder"), enrol(f"{NVR}/{CHANNEL}", secret="")
    items = [{"DeviceID": CHANNEL, "Name": "人民路口", "Status": "ON"},
             {"DeviceID": "34170200001310000002", "Name": "秋浦路东", "Status": "OFF"}]  # fmt: skip
    with Talker(gateway.port, NVR) as talker:
        talker.device.channels = items
        talker.register()
        talker.listen(8, until=lambda: "Catalog" in talker.device.asked)
        talker.keepalive()
        gateway.beat()
        talker.keepalive()
        assert (state(recorder).presence, state(camera).presence) == ("online", "online")
        items[0]["Status"] = "VLOST"
        fields = {
            "CmdType": "Catalog",
            "SN": 9,
            "DeviceID": NVR,
            "SumNum": 1,
            "DeviceList": [items[0] | {"Event": "VLOST"}],
        }
        talker.say(talker.device._message("Notify", fields, "routine"))
        talker.keepalive()
    assert (state(recorder).presence, state(camera).presence) == ("online", "offline")
    with visibility.system():
        causes = list(
            Interval.objects.filter(asset=camera, what="presence").order_by("during").values_list("cause", flat=True)
        )
        assert causes == ["recorder", "notify:VLOST"]
        assert {row.number: row.status for row in SipChannel.objects.all()} == {
            CHANNEL: "VLOST", "34170200001310000002": "OFF",
        }  # fmt: skip


def test_a_silent_camera_is_probed_and_one_that_answers_stays(gateway, monkeypatch):
    camera = enrol()
    with Talker(gateway.port) as talker:
        talker.register()
        peer = gateway.platform.peers[CAMERA]
        peer.heard_at = clock.now() - timedelta(seconds=200)
        gateway.beat()
        talker.listen(8, until=lambda: "OPTIONS" in talker.device.asked)
        talker.keepalive()
        gateway.beat()
    with visibility.system():
        row = SipPeer.objects.get(identity=CAMERA)
    assert row.probe_answered is True and state(camera).presence == "online"


def test_three_missed_keepalives_are_late_and_four_are_off_line(gateway):
    camera = enrol()
    with Talker(gateway.port) as talker:
        talker.register()
    later = clock.now() + timedelta(seconds=250)
    with visibility.system():
        Listening.objects.filter(gateway="gb28181").delete()
        Listening.objects.create(gateway="gb28181", during=(later - timedelta(minutes=9), later), beat_at=later)
    assert sweep(later) == 1
    with visibility.system():
        found = Interval.objects.filter(asset=camera, what="presence").order_by("during")
        assert [(row.value, row.cause) for row in found] == [
            ("online", "registered"), ("late", "silence"), ("offline", "silence"),
        ]  # fmt: skip


def test_a_repeated_datagram_is_answered_alike_and_counted_once(gateway):
    enrol()
    with Talker(gateway.port) as talker:
        talker.register()
        (alarm,) = talker.device.tell("alarm", clock.now())
        first = talker.raw(alarm.data)
        while not first.startswith(b"SIP/2.0"):
            first = talker.line.recv(65536)
        second = talker.raw(alarm.data)
        while not second.startswith(b"SIP/2.0"):
            second = talker.line.recv(65536)
    assert first == second
    assert len(heard("alarm.intrusion")) == 1
