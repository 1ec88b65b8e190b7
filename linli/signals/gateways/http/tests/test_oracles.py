"""Beside other people's implementations: the CloudEvents SDK makes events that we read, and reads ours; the reference
library of Standard Webhooks signs what we verify, and verifies what we sign."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cloudevents.v1.conversion import to_json
from cloudevents.v1.exceptions import GenericException
from cloudevents.v1.http import CloudEvent, from_json
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from linli.base import clock
from linli.signals.gateways.http import events, sender, signature, strict_json
from linli.signals.gateways.http.refusals import NotReadable

from .conftest import URI

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20).filter(
    lambda name: name not in {*events.Event.model_fields, "data"} and not name.startswith("data")
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40)
DATA = st.dictionaries(
    st.text("abcdefg_", min_size=1, max_size=8), st.integers(-(2**53), 2**53) | TEXTS | st.booleans(), max_size=5
)


@given(
    id=TEXTS,
    subject=st.none() | TEXTS,
    data=DATA,
    extensions=st.dictionaries(NAMES, TEXTS, max_size=4),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_sdk_makes_we_read(id, subject, data, extensions, at):
    attributes = {"type": "linli.alarm.water_level.v1", "source": URI, "id": id, "time": at.isoformat(), **extensions}
    made = to_json(CloudEvent(attributes | ({"subject": subject} if subject else {}), data))
    read = events.read(made).event
    assert (read.id, read.source, read.subject, read.time) == (id, URI, subject, at)
    assert read.values() == data
    assert {name: (read.__pydantic_extra__ or {})[name] for name in extensions} == extensions


@given(data=DATA)
@settings(deadline=None)
def test_what_we_send_the_sdk_reads(data):
    made = sender.event(URI, "measure.other", "WL-1", data)
    read = from_json(json.dumps(made))
    assert read["type"] == "linli.measure.other.v1" and read["source"] == URI and read["subject"] == "WL-1"
    assert read.data == data


@pytest.mark.parametrize("missing", ["id", "source", "type", "specversion"])
def test_what_the_sdk_refuses_we_refuse(missing):
    made = sender.event(URI, "measure.other", "WL-1", {})
    del made[missing]
    with pytest.raises(GenericException):
        from_json(json.dumps(made))
    with pytest.raises(NotReadable) as refused:
        events.read(json.dumps(made).encode())
    assert refused.value.fields["path"] == missing


def test_bytes_of_the_sdk_come_as_data_base64():
    made = to_json(CloudEvent({"type": "linli.measure.other.v1", "source": URI}, b'{"value": 3}'))
    assert b"data_base64" in made
    assert events.read(made).event.values() == {"value": 3}


@given(body=st.text(max_size=300), id=st.text("abcABC012_-.", min_size=1, max_size=60))
@settings(deadline=None)
def test_the_reference_signs_and_we_verify_and_back(body, id):
    secret, now = signature.new_secret(), clock.now().replace(microsecond=0)
    body = body.encode("utf-8", "replace").decode()
    theirs = Webhook(secret).sign(id, now, body)
    headers = {"webhook-id": id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": theirs}
    claim = signature.claim_of(headers, now)
    assert signature.fits(claim, body.encode(), [secret])
    assert not signature.fits(claim, body.encode() + b" ", [secret])
    ours = headers | {"webhook-signature": signature.sign(secret, id, now, body)}
    assert Webhook(secret).verify(body, ours, json_parse=False) is None
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + " ", ours, json_parse=False)


def test_a_signature_of_the_specification():
    """The example of the reference implementations' tests (standard-webhooks/libraries)."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    made = signature.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature.is_secret(secret)


def test_one_form_for_equal_events():
    one = events.read(b'{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{"a":1,"b":2}}')
    other = events.read(b'{"data": {"b": 2, "a": 1}, "type": "t", "source": "/a", "id": "1", "specversion": "1.0"}')
    assert one.content == other.content
    assert strict_json.loads(one.content)["data"] == {"a": 1, "b": 2}


def test_the_sender_signs_the_bytes_it_sends():
    at = clock.now() - timedelta(seconds=1)
    headers = sender.headers_for("{}", secret := signature.new_secret(), "/池州/water", webhook_id="m", at=at)
    assert headers["ce-source"] == "/%E6%B1%A0%E5%B7%9E/water"
    Webhook(secret).verify("{}", headers)
