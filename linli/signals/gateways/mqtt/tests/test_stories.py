"""Events over a real broker into the log, and back; each once, each acknowledged after the commit."""

import pytest

from linli.signals.gateways.mqtt import brokers
from linli.signals.gateways.mqtt.tests.conftest import NAME, Sender, event, kept, listening, logged, mapped, until
from linli.signals.models import EventSource

EVENTS = f"linli/v1/{NAME}/e/alarm.water_level"
STRUCTURED = "application/cloudevents+json"


def test_a_structured_event_is_in_the_log_and_its_sender_is_told(broker, device):
    device.client.subscribe(f"linli/v1/{NAME}/a/+", qos=1)
    with listening():
        device.publish(EVENTS, event("e-1"), content_type=STRUCTURED)
        ((topic, said),) = until(lambda: device.answers)
    (row,) = logged()
    assert (row.kind, row.phase, row.source, row.trust) == (
        "alarm.water_level", "raised", "mqtt:/chizhou/water/laohe", "registered",
    )  # fmt: skip
    assert (topic, said["status"], said["id"]) == (f"linli/v1/{NAME}/a/e-1", 201, str(row.id))
    assert EventSource.objects.get().last_seen_at is not None and kept() == []


def test_binary_mode_takes_the_attributes_from_the_user_properties(broker, device):
    attributes = {name: str(value) for name, value in event("b-1").items() if name not in ("data", "datacontenttype")}
    with listening():
        device.publish(
            EVENTS, {"level_m": 3.5}, content_type="application/json; charset=utf-8", properties=attributes.items()
        )
        (row,) = until(logged)
    assert (row.sequence, row.values["level_m"]) == ("b-1", 3.5)


@pytest.mark.parametrize("version", [3, 5])
@pytest.mark.parametrize("qos", [0, 1, 2])
def test_every_version_and_quality_of_service_is_heard_once(broker, mosquitto, version, qos):
    broker.version = version
    brokers.change(broker)
    post = Sender(mosquitto.port, version=version)
    with listening():
        for _ in range(2):
            post.publish(EVENTS, event("q-1"), qos=qos)
        post.publish(EVENTS, event("q-2"), qos=qos)
        until(lambda: len(logged()) == 2)
    post.close()
    assert [row.sequence for row in logged()] == ["q-1", "q-2"]


def test_plain_json_becomes_what_its_mapping_says(broker, source, device):
    mapped(source, broker)
    said = {"sn": "77", "dev": "WL-1", "ts": 1779249600000, "level": 2860, "state": 1}
    with listening():
        device.publish("plant/7/up", said)
        until(lambda: len(logged()) == 2)
    assert [(row.kind, row.phase, row.values["level_m"]) for row in logged()] == [
        ("alarm.water_level", "raised", 28.6),
        ("measure.water_level", "info", 28.6),
    ]
    assert logged()[0].occurred_at.isoformat() == "2026-05-20T04:00:00+00:00"


def test_what_cannot_be_read_stands_in_quarantine_and_holds_up_nothing(broker, source, device):
    mapped(source, broker)
    with listening():
        device.publish(EVENTS, b"\xff\x00 no json")
        device.publish(EVENTS, event("x-1", subject="WL-9"))
        device.publish(EVENTS, event("x-2", kind="alarm.fire"))
        device.publish("linli/v1/nobody/e/alarm.fire", event("x-3"))
        device.publish("plant/7/up", {"sn": "1", "dev": "WL-1", "ts": "gestern", "level": "viel"})
        device.publish("plant/7/up", [])
        device.publish(EVENTS, event("good"))
        until(lambda: logged(sequence="good"))
    own = "mqtt:/chizhou/water/laohe"
    assert kept() == [
        (own, "not-readable"), (own, "not-understood"), (own, "unknown-asset"), ("mqtt:@linli/v1", "no-route"),
    ]  # fmt: skip
    # A level that is no number costs the level, not the measurement.
    assert logged(kind="measure.water_level")[0].deviations == ["time:unreadable", "level_m:not-a-number"]


def test_a_retained_event_is_an_old_one(broker, device):
    device.publish(EVENTS, event("old"), retain=True)
    with listening():
        device.publish(EVENTS, event("new"))
        until(lambda: logged(sequence="new"))
        until(kept)
    assert [row.sequence for row in logged()] == ["new"]
    assert kept() == [("mqtt:/chizhou/water/laohe", "retained")]


def test_the_id_of_another_content_is_refused_and_the_first_stands(broker, device):
    with listening():
        device.publish(EVENTS, event("same"))
        device.publish(EVENTS, event("same", data={"level_m": 1.0}))
        until(kept)
    assert [row.values["level_m"] for row in logged()] == [28.6]
    assert kept() == [("mqtt:/chizhou/water/laohe", "other-content")]
