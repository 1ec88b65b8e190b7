"""Each answer of the entrance as a story: what the sender did, what he hears, what the house has afterwards."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError

from linli.base import clock, geo
from linli.signals.gateways.http import sources, strict_json
from linli.signals.models import AssetState, EventSource, FoldedCount, Quarantine, QuarantinedFrame
from linli.signals.quarantine import replay
from linli.signals.tests.conftest import NOON, make_asset

from .conftest import ADDRESS, URI, Post, registered


def test_201_an_alarm_of_a_water_post_is_in_the_log_with_our_id(post, gauge, heard):
    event = post.event(id="post-17", data={"level_m": 28.6, "over_guard_m": 0.4, "phase": "raised"})
    answer = post.send(event)
    [row] = heard()
    assert (answer.status_code, answer.json()) == (201, {"status": 201, "id": str(row.id)})
    assert (row.protocol, row.source, row.sequence, row.kind, row.phase) == (
        "http", f"http:{URI}", "post-17", "alarm.water_level", "raised",
    )  # fmt: skip
    assert (row.asset_id, row.area_path, row.trust) == (gauge.pk, "34.3417.341702", "authenticated")
    assert row.values == {"level_m": 28.6, "extra": {"over_guard_m": 0.4}}
    assert json.loads(bytes(row.raw)) == event


def test_200_the_same_event_again_is_one_row_and_gets_the_first_id(post, heard):
    event = post.event()
    first, again, much_later = post.send(event), post.send(event), None
    with clock.shifted(timedelta(days=3)):
        much_later = post.send(event)
    assert [first.status_code, again.status_code, much_later.status_code] == [201, 200, 200]
    assert first.json()["id"] == again.json()["id"] == much_later.json()["id"] == str(heard()[0].id)
    assert len(heard()) == 1


def test_200_a_try_may_differ_in_spelling_and_trace(post, heard):
    event = post.event(traceparent="00-a-b-01")
    again = dict(reversed(list(event.items()))) | {"traceparent": "00-a-c-01"}
    assert post.send(event).status_code == 201
    assert post.raw(json.dumps(again, indent=2)).status_code == 200
    assert len(heard()) == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": 12}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"id": "a\x07b"}, "id"),
        ({"type": None}, "type"),
        ({"time": "2026-05-20T12:00:00"}, "time"),
        ({"time": "2026-02-30T12:00:00Z"}, "time"),
        ({"time": 1779249600}, "time"),
        ({"subject": ""}, "subject"),
        ({"Subject": "WL-1"}, "Subject"),
        ({"water_post": "1"}, "water_post"),
        ({"depth": 1.5}, "depth"),
        ({"nested": {"a": 1}}, "nested"),
        ({"linlicrs": "cgcs2000"}, "linlicrs"),
        ({"data": [1]}, "data"),
        ({"data": "level 3"}, "data"),
        ({"data": {"phase": "over"}}, "data.phase"),
        ({"data": {"lng": 117.4}}, "data"),
        ({"data": {"lng": "117.4", "lat": 30.6}}, "data.lng"),
        ({"data_base64": "AAAA"}, "data_base64"),
        ({"data": None, "data_base64": "no base64!"}, "data_base64"),
        ({"datacontenttype": "image/jpeg"}, "datacontenttype"),
    ],
)
def test_400_says_where_and_what_to_write(post, heard, change, path):
    answer = post.send(post.event(**change))
    said = answer.json()
    assert (answer.status_code, said["code"], said["fields"]["path"]) == (400, "http.not_readable", path)
    assert len(said["fields"]["advice"]) > 3
    [row] = Quarantine.objects.all()
    assert (str(row.pk), row.reason, row.source) == (said["quarantine"], "not-readable", f"http:{URI}")
    assert heard() == []


def test_400_in_chinese_unless_the_sender_asks_for_english(post):
    event = post.event(time="yesterday")
    body = json.dumps(event)
    chinese = post.raw(body).json()
    english = post.raw(body, headers=post.signed(body) | {"Accept-Language": "en"}).json()
    assert chinese["sentence"] == "time：写成 2026-05-20T12:00:00+08:00 的形式，带时区"
    assert english["sentence"] == "time: write it as 2026-05-20T12:00:00+08:00, with the zone"
    assert english["next_step"] != chinese["next_step"]


def test_403_another_sources_name(post, heard):
    answer = post.send(post.event(source="/chizhou/water/qiupu"))
    assert (answer.status_code, answer.json()["code"]) == (403, "http.not_your_source")
    assert heard() == [] and Quarantine.objects.get().reason == "not-your-source"


def test_403_another_areas_asset_and_the_kept_event_passes_once_the_source_may(post, source, heard):
    make_asset("WL-9", type="water.gauge", area_path="34.3417.341721")
    answer = post.send(post.event(subject="WL-9"))
    assert (answer.status_code, answer.json()["code"]) == (403, "http.not_your_subject")
    EventSource.objects.update(area_path="34.3417")
    [done] = replay([answer.json()["quarantine"]])
    assert done.reason == "" and len(heard()) == 1


def test_403_a_neighbouring_area_that_begins_alike_is_another_area(post, source):
    make_asset("WL-9", type="water.gauge", area_path="34.3417.3417020")
    assert post.send(post.event(subject="WL-9")).status_code == 403


def test_403_an_asset_type_it_does_not_speak_for(gauge):
    _source, secret = registered(asset_types=["water.pump"])
    assert Post(secret).send().json()["code"] == "http.not_your_subject"


@pytest.mark.parametrize("kind", ["report.public", "status.offline", "security.sender", "state.muted"])
@pytest.mark.parametrize("kinds", [sources.OF_DEVICES, ("alarm.*", "state.*", "status.*", "call.*")])
def test_403_a_kind_it_was_not_given_or_that_is_the_houses_own_to_say(gauge, heard, kind, kinds):
    post = Post(registered(kinds=kinds)[1])
    answer = post.send(post.event(kind, data={}))
    assert (answer.status_code, answer.json()["code"]) == (403, "http.not_your_kind")
    assert heard() == []


def test_409_the_same_id_with_other_content_leaves_the_first(post, heard):
    event = post.event(id="post-17")
    assert post.send(event).status_code == 201
    answer = post.send(event | {"data": {"level_m": 3.0}})
    said = answer.json()
    assert (answer.status_code, said["code"], said["fields"]["path"]) == (409, "http.other_content", "id")
    assert [row.values["level_m"] for row in heard()] == [28.6]
    kept = QuarantinedFrame.objects.get(quarantine=said["quarantine"])
    assert json.loads(bytes(kept.raw))["data"] == {"level_m": 3.0}
    [done] = replay([said["quarantine"]])
    assert done.reason == "other-content" and len(heard()) == 1


def test_409_the_same_webhook_id_for_another_message(post, heard):
    assert post.send(webhook_id="msg_1").status_code == 201
    answer = post.send(webhook_id="msg_1")
    assert (answer.status_code, answer.json()["fields"]["path"]) == (409, "webhook-id")
    assert len(heard()) == 1
    with clock.shifted(timedelta(minutes=11)):
        assert post.send(webhook_id="msg_1").status_code == 201


def test_413_a_body_over_64_kib_and_data_over_32_kib(post, heard):
    whole = post.raw(json.dumps(post.event(data={"text": "x" * 65_536})))
    data = post.send(post.event(data={"text": "x" * 33_000}))
    assert [whole.status_code, data.status_code] == [413, 413]
    assert [whole.json()["fields"]["path"], data.json()["fields"]["path"]] == ["$", "data"]
    assert heard() == []


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "", "application/cloudevents+xml", "application/cloudevents+json; charset=gbk"],
)
def test_415_another_content_type_and_what_is_read(post, content_type):
    answer = post.raw(json.dumps(post.event()), content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "http.other_media_type")
    assert "application/cloudevents+json" in answer.json()["fields"]["reads"]


def test_the_charset_may_be_named_if_it_is_the_one_of_json(post):
    assert post.raw(json.dumps(post.event()), 'Application/CloudEvents+JSON; charset="UTF-8"').status_code == 201


def test_422_an_unknown_asset_is_kept_and_taken_in_when_it_is_registered(post, heard):
    event = post.event(subject="WL-2")
    answer, again = post.send(event), post.send(event)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "http.unknown_asset")
    assert again.json()["quarantine"] == said["quarantine"] and Quarantine.objects.get().count == 2
    late = make_asset("WL-2", type="water.gauge")
    [done] = replay([said["quarantine"]])
    assert [row.asset_id for row in heard()] == [late.pk]
    assert done.reason == ""
    assert (post.send(event).status_code, len(heard())) == (200, 1)


@pytest.mark.parametrize("type", ["linli.alarm.flood.v1", "linli.alarm.fire.v2", "com.example.thing", "linli..v1"])
def test_422_an_unknown_type_is_kept(post, heard, type):
    answer = post.send(post.event(type=type))
    assert (answer.status_code, answer.json()["code"]) == (422, "http.unknown_type")
    assert Quarantine.objects.get().reason == "unknown-type" and heard() == []


def test_422_no_subject_and_no_asset_of_its_own(post, source, gauge, heard):
    assert post.send(post.event(subject=None)).status_code == 422
    source.asset = gauge
    source.save()
    assert post.send(post.event(subject=None)).status_code == 201
    assert heard()[0].asset_id == gauge.pk


def test_429_over_the_rate_with_the_seconds_to_wait(gauge, heard):
    post = Post(registered(per_minute=2)[1])
    with clock.at(NOON):
        answers = [post.send() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2]["Retry-After"] == "30" and answers[2].json()["code"] == "http.too_many"
    with clock.at(NOON + timedelta(seconds=30)):
        assert post.send().status_code == 201
    assert len(heard()) == 3 and Quarantine.objects.count() == 0


def test_503_while_the_database_is_away_nothing_is_kept_or_acknowledged(post, heard, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("connection refused")

    event = post.event()
    monkeypatch.setattr("linli.signals.gateways.http.intake.write", away)
    answer = post.send(event, webhook_id="msg_1")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "http.store_away"
    monkeypatch.undo()
    assert post.send(event, webhook_id="msg_1").status_code == 201
    assert len(heard()) == 1


def test_a_heartbeat_moves_the_state_alone_and_its_copy_does_not_count(post, gauge, heard):
    event = post.event("status.heartbeat", data={})
    body = json.dumps(event)
    with clock.at(NOON):
        headers = post.signed(body)
        assert post.raw(body, headers=headers).status_code == 201
    with clock.at(NOON + timedelta(minutes=4)):
        assert post.raw(body, headers=headers).status_code == 200
    assert AssetState.objects.get().last_seen == NOON
    assert FoldedCount.objects.get().count == 1


def test_what_was_kept_by_the_sender_is_late_and_a_wrong_clock_is_noted(post, heard):
    with clock.at(NOON):
        post.send(post.event(id="now", time=NOON.isoformat()))
        post.send(post.event(id="kept", time=(NOON - timedelta(hours=2)).isoformat()))
        post.send(post.event(id="off", time=None), at=NOON - timedelta(seconds=200))
        post.send(post.event(id="absurd", time="1970-01-01T00:00:00Z"))
    rows = {row.sequence: row for row in heard()}
    assert [rows[id].late for id in ("now", "kept", "off")] == [False, True, False]
    assert rows["kept"].occurred_at == NOON - timedelta(hours=2)
    assert [rows[id].clock_skew_seconds for id in ("now", "off")] == [None, -200]
    assert (rows["absurd"].occurred_at, rows["absurd"].deviations) == (NOON, ["occurred_at:implausible"])


def test_a_place_in_another_datum_is_brought_to_wgs84(post, heard):
    place = {"lng": 117.4941, "lat": 30.6612}
    for datum in ("wgs84", "gcj02", "bd09"):
        assert (
            post.send(post.event("position", data=place | {"speed_kmh": 40}, id=datum, linlicrs=datum)).status_code
            == 201
        )
    # Positions within 30 s of another fold; the last one stands in the state.
    [row] = heard()
    assert (row.lng, row.lat, row.values) == (117.4941, 30.6612, {"speed_kmh": 40})
    state = AssetState.objects.get()
    assert (state.lng, state.lat) == tuple(geo.to_wgs84(117.4941, 30.6612, "bd09"))
    assert 1000 < geo.distance_m((state.lng, state.lat), (117.4941, 30.6612)) < 1500


def test_data_may_come_in_base64(post, heard):
    event = post.event(data=None) | {"data_base64": "eyJsZXZlbF9tIjogMy41fQ=="}
    assert post.send(event).status_code == 201
    assert heard()[0].values == {"level_m": 3.5}


def test_a_batch_has_a_verdict_for_each_event_and_one_commit(post, heard):
    events = [post.event(id=f"e-{n}") for n in range(3)]
    first = post.batch(events)
    assert (first.status_code, [verdict["status"] for verdict in first.json()["verdicts"]]) == (201, [201] * 3)
    mixed = post.batch(
        [events[0], post.event(subject="WL-2"), post.event(time="?"), post.event(), events[1] | {"data": {}}]
    )
    assert mixed.status_code == 207
    verdicts = mixed.json()["verdicts"]
    assert [verdict["status"] for verdict in verdicts] == [200, 422, 400, 201, 409]
    assert verdicts[2]["fields"]["path"] == "[2].time"
    assert post.batch([events[0], post.event()]).status_code == 200
    assert len(heard()) == 5


def test_a_batch_holds_one_to_five_hundred_events(post, heard):
    assert post.batch([]).status_code == 400
    assert post.batch([post.event(id=str(n)) for n in range(501)]).status_code == 400
    twice = post.event(id="twice")
    assert [verdict["status"] for verdict in post.batch([twice, twice, twice | {"data": {}}]).json()["verdicts"]] == [
        201, 200, 409,
    ]  # fmt: skip
    assert len(heard()) == 1


def test_a_kept_event_of_a_batch_is_replayed_by_itself(post, heard):
    event = post.event(subject="WL-2")
    kept = post.batch([event]).json()["verdicts"][0]["quarantine"]
    make_asset("WL-2", type="water.gauge")
    replay([kept])
    assert bytes(heard()[0].raw) == strict_json.dumps(event)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_405_anything_but_a_post(post, method):
    answer = getattr(post.client, method)(ADDRESS)
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def test_it_never_redirects(post, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = post.send()
    assert (answer.status_code, answer.json()["code"]) == (403, "http.not_encrypted_line")
    secure = post.client.post(
        ADDRESS,
        body := json.dumps(post.event()),
        "application/cloudevents+json",
        secure=True,
        headers=post.signed(body),
    )
    assert secure.status_code == 201
    assert post.client.post(f"{ADDRESS}/", b"{}", "application/json").status_code in (404, 403)


def test_a_handshake_is_answered_to_configured_origins_alone(gauge):
    registered(origins=["events.example.org"], per_minute=90)
    ask = {"WebHook-Request-Origin": "events.example.org", "WebHook-Request-Rate": "1000"}
    client = Post("").client
    answer = client.options(ADDRESS, headers=ask)
    assert (answer.status_code, answer["WebHook-Allowed-Origin"], answer["WebHook-Allowed-Rate"]) == (
        200, "events.example.org", "90",
    )  # fmt: skip
    other = client.options(ADDRESS, headers=ask | {"WebHook-Request-Origin": "else.example.org"})
    assert other.status_code == 200 and "WebHook-Allowed-Origin" not in other


def test_the_source_remembers_when_it_was_heard_and_what_was_refused(post, source):
    with clock.at(NOON):
        post.send()
    with clock.at(NOON + timedelta(minutes=1)):
        post.send(post.event(subject="WL-2"))
    source.refresh_from_db()
    assert source.last_seen_at == NOON
    assert (source.last_refused_at, source.last_refusal) == (NOON + timedelta(minutes=1), "http.unknown_asset")


def test_a_closed_source_is_nobody(post):
    sources.set_active(URI, False)
    assert post.send().status_code == 401
    sources.set_active(URI, True)
    assert post.send().status_code == 201
