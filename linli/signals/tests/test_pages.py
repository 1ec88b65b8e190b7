"""Quarantine and event sources on the screen: who sees them, what stands there, and running frames again."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body
from linli.base import clock
from linli.signals import bytes_shown
from linli.signals.gateways.http.tests.conftest import URI, Post, gauge, post, registered  # noqa: F401
from linli.signals.models import Quarantine, QuarantinedFrame
from linli.signals.pages import AT_ONCE
from linli.signals.quarantine import quarantine

from .conftest import NOON, make_asset


@pytest.fixture
def signed_in(db):
    """A function: the client of somebody in this post."""
    body = Body.objects.create(key="body", name="演示·单位", kind="office", area_path="34.3417")

    def client_of(post_key):
        user = make_user(f"holder-{post_key}", "演示·甲", "ein-langes-Wort-17")
        give_post(user, post_key, body, "34.3417")
        client = Client()
        client.force_login(user)
        client.holder = user
        return client

    return client_of


def page(client, row):
    answer = client.get(reverse("signals:quarantined", args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_who_why_and_how_often(signed_in, post):  # noqa: F811
    for _ in range(3):
        post.send(post.event(subject="WL-2"))
    html = signed_in("technician").get(reverse("ui:list", args=["signals.quarantine"])).content.decode()
    assert f"http:{URI}" in html and "设备未登记" in html and "没有编号为“WL-2”的设备" in html
    assert "待处理" in html
    assert Quarantine.objects.get().count == 3


@pytest.mark.parametrize("post_key", ["duty_operator", "leader"])
def test_other_posts_do_not_see_it(signed_in, post, post_key):  # noqa: F811
    post.send(post.event(subject="WL-2"))
    client = signed_in(post_key)
    row = Quarantine.objects.get()
    assert client.get(reverse("ui:list", args=["signals.quarantine"])).status_code == 403
    assert client.get(reverse("signals:quarantined", args=[row.pk])).status_code == 403
    assert client.post(reverse("signals:replay", args=[row.pk])).status_code == 403
    assert QuarantinedFrame.objects.get().tried_at is None


def test_the_bytes_stand_there_as_text_and_as_numbers_and_never_as_markup(signed_in):
    kept = quarantine("dc09", "dc09:<b>x", "crc", b"\n1234<script>alert(1)</script>\xff\r", "<i>detail</i>")
    html = page(signed_in("technician"), Quarantine.objects.get(pk=kept.id))
    assert "<script>alert" not in html and "<i>detail" not in html and "<b>x" not in html
    assert "0000  0a 31 32 33 34 3c 73 63 72 69 70 74 3e 61 6c 65" in html
    assert escape(".1234<script>ale") in html and "校验和错误" in html
    text = quarantine("http", "http:/a", "not-readable", b'{"text": "<img onerror=1>"}').id
    assert escape('{"text": "<img onerror=1>"}') in page(signed_in("administrator"), Quarantine.objects.get(pk=text))


def test_a_stranger_left_no_bytes(signed_in, post):  # noqa: F811
    post.raw("{}", headers={})
    html = page(signed_in("technician"), Quarantine.objects.get())
    assert "发送方身份没有得到证明" in html and "已记录" in html
    assert reverse("signals:replay", args=[Quarantine.objects.get().pk]) not in html


def test_the_button_takes_in_what_can_be_taken_in_now(signed_in, post, heard):  # noqa: F811
    events = [post.event(id=f"e-{n}", subject=f"WL-{n}") for n in (2, 3)]
    for event in events:
        post.send(event)
    made = make_asset("WL-2", type="water.gauge")
    row = Quarantine.objects.get()
    client = signed_in("shift_leader")
    assert "重新处理 2 帧" in page(client, row)
    answer = client.post(reverse("signals:replay", args=[row.pk]), follow=True)
    assert "1 帧已接收。" in answer.content.decode() and "1 帧仍留存：设备未登记。" in answer.content.decode()
    assert [(signal.asset_id, json.loads(bytes(signal.raw))) for signal in heard()] == [(made.pk, events[0])]
    assert set(QuarantinedFrame.objects.values_list("tried_by", flat=True)) == {client.holder.pk}
    row.refresh_from_db()
    assert row.replayed_at is None and "重新处理 1 帧" in page(client, row)
    make_asset("WL-3", type="water.gauge")
    client.post(reverse("signals:replay", args=[row.pk]))
    row.refresh_from_db()
    assert row.replayed_at is not None and len(heard()) == 2
    again = client.post(reverse("signals:replay", args=[row.pk]), follow=True)
    assert "没有待处理的内容" in again.content.decode() and len(heard()) == 2


def test_rows_chosen_in_the_list_are_run_again_together(signed_in, post, heard):  # noqa: F811
    post.send(post.event(subject="WL-2"))
    post.send(post.event("report.public", data={}))
    make_asset("WL-2", type="water.gauge")
    rows = Quarantine.objects.all()
    client = signed_in("technician")
    back = reverse("ui:list", args=["signals.quarantine"]) + "?open=true"
    keys = ",".join(str(row.pk) for row in rows)
    answer = client.post(reverse("signals:replay_chosen"), {"keys": keys, "next": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "1 帧已接收。" in answer.content.decode() and "报送了未授权的种类" in answer.content.decode()
    assert len(heard()) == 1
    away = client.post(reverse("signals:replay_chosen"), {"keys": keys, "next": "https://else.example/"})
    assert away["Location"] == reverse("ui:list", args=["signals.quarantine"])


def test_frames_that_stay_do_not_stand_in_the_way_of_others(signed_in, post, heard):  # noqa: F811
    """A press runs so many; the next press begins with those not tried yet."""
    with clock.at(NOON):
        kept = [quarantine("http", f"http:{URI}", "not-readable", b"{%d" % n) for n in range(AT_ONCE)]
    with clock.at(NOON + timedelta(minutes=1)):
        post.raw("{")
        good = json.dumps(post.event()).encode()
        quarantine("http", f"http:{URI}", "not-readable", good)

    def alarms():
        return sum(row.kind == "alarm.water_level" for row in heard())

    client = signed_in("technician")
    again = reverse("signals:replay", args=[kept[0].id])
    assert f"一次重新处理了 {AT_ONCE} 帧" in client.post(again, follow=True).content.decode()
    assert alarms() == 0
    client.post(again)
    assert alarms() == 1


def test_the_administrator_sees_when_each_source_was_heard_and_what_it_did_wrong(signed_in, post):  # noqa: F811
    with clock.at(NOON):
        post.send()
        for _ in range(3):
            post.send(post.event(subject="WL-2"))
    registered(uri="/chizhou/water/silent", name="演示·无声站")
    client = signed_in("administrator")
    html = client.get(reverse("ui:list", args=["signals.sources"])).content.decode()
    assert URI in html and "演示·老河水位站" in html and "设备未登记" in html
    assert f"?sender={URI}" in html
    silent = client.get(reverse("ui:list", args=["signals.sources"]) + "?silent=true").content.decode()
    assert "演示·无声站" in silent and "演示·老河水位站" not in silent
    sheet = b"".join(client.get(reverse("ui:export", args=["signals.sources", "csv"])).streaming_content).decode(
        "utf-8-sig"
    )
    row = next(line for line in sheet.splitlines() if line.startswith(URI))
    assert ",3" in row
    assert signed_in("technician").get(reverse("ui:list", args=["signals.sources"])).status_code == 403


def test_more_sources_need_no_more_queries(signed_in, post):  # noqa: F811
    client = signed_in("administrator")
    address = reverse("ui:list", args=["signals.sources"])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    for n in range(30):
        registered(uri=f"/s/{n}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("data", "most", "text"),
    [
        (b"", 8, ""),
        ("水位".encode(), 8, "水位"),
        ("水位过高".encode(), 7, "水位"),
        (b"a\x00b\x1b[31m\n", 20, "a␣b␣[31m\n"),
        ("a\u202eb".encode(), 20, "a␣b"),
        (b"\xff\xfe", 8, ""),
        (b"ab\xff", 8, ""),
    ],
)
def test_bytes_as_text(data, most, text):
    assert bytes_shown.as_text(data, most) == text


def test_bytes_as_numbers():
    assert list(bytes_shown.hex_lines(bytes(range(60, 80)), 18)) == [
        "0000  3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK",
        "0010  4c 4d                                            LM",
    ]
