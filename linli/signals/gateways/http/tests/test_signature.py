"""Standard Webhooks 1.0 (specification: «Signature scheme», «Verifying webhook authenticity»)."""

import base64
import json
from datetime import timedelta

import pytest

from linli.base import clock
from linli.signals.gateways.http import signature, sources
from linli.signals.gateways.http.refusals import ClockOff, NotSigned, WrongSignature
from linli.signals.models import EventSource, Quarantine
from linli.signals.tests.conftest import NOON

from .conftest import URI, Post, registered

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def claim(at=NOON, now=NOON, **headers):
    said = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": "v1,AAAA"}
    return signature.claim_of(said | {name.replace("_", "-"): value for name, value in headers.items()}, now)


@pytest.mark.parametrize(
    "header",
    [
        {"webhook_id": ""},
        {"webhook_id": "a b"},
        {"webhook_id": "x" * 129},
        {"webhook_id": "消息"},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "1779249600.5"},
        {"webhook_timestamp": "-1779249600"},
        {"webhook_timestamp": "١٧٧٩٢٤٩٦٠٠"},
        {"webhook_timestamp": "9" * 12},
        {"webhook_timestamp": "NaN"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1"},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v1a,AAAA v2,AAAA"},
        {"webhook_signature": "AAAA"},
    ],
)
def test_a_header_not_of_its_form_is_named(header):
    with pytest.raises(NotSigned) as refused:
        claim(**header)
    assert refused.value.fields["header"] == next(iter(header)).replace("_", "-")


@pytest.mark.parametrize(("seconds", "passes"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_three_hundred_seconds_either_way(seconds, passes):
    at = NOON + timedelta(seconds=seconds)
    if passes:
        assert claim(at).at == at
    else:
        with pytest.raises(ClockOff) as refused:
            claim(at)
        assert refused.value.fields["seconds"] == seconds


def test_any_one_signature_that_fits_passes():
    good = signature.sign(SECRET, "msg_1", NOON, "{}")
    other = signature.sign(signature.new_secret(), "msg_1", NOON, "{}")
    assert signature.fits(claim(webhook_signature=f"v1a,xyz {other} {good}"), b"{}", [SECRET])
    assert not signature.fits(claim(webhook_signature=other), b"{}", [SECRET])


def test_only_so_many_signatures_are_tried():
    good = signature.sign(SECRET, "msg_1", NOON, "{}")
    assert not signature.fits(claim(webhook_signature=" ".join(["v1,AAAA"] * 8 + [good])), b"{}", [SECRET])


@pytest.mark.parametrize("token", ["v1,a,b", "v1,é", "v1,====", "v1,AAA", "v1,\x00"])
def test_a_half_written_token_is_a_wrong_signature_not_a_crash(token):
    assert not signature.fits(claim(webhook_signature=token), b"{}", [SECRET])


def test_bytes_that_are_no_text_were_signed_by_nobody():
    with pytest.raises(WrongSignature):
        signature.fits(claim(), b"\xff\xfe{}", [SECRET])


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_AAAA", "whsec_" + "A" * 100, SECRET[6:], "whsec_!!!!" + "A" * 40, SECRET + "é"]
)
def test_what_is_no_secret(text):
    assert not signature.is_secret(text)
    assert signature.is_secret(SECRET) and signature.is_secret(signature.new_secret())


@pytest.mark.parametrize("change", ["id", "at", "body", "secret"])
def test_401_each_part_is_signed(post, heard, change):
    body = json.dumps(post.event())
    headers = post.signed(body, webhook_id="msg_1", at=clock.now())
    if change == "id":
        headers["webhook-id"] = "msg_2"
    elif change == "at":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    elif change == "body":
        body = body.replace("28.6", "28.7")
    else:
        headers = post.signed(body, webhook_id="msg_1", at=clock.now(), secret=signature.new_secret())
    answer = post.raw(body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "http.wrong_signature")
    assert heard() == []


def test_401_without_a_signature_the_body_is_not_even_parsed(post):
    answer = post.raw("{{{ no json", headers={})
    assert (answer.status_code, answer.json()["code"]) == (401, "http.not_signed")


def test_401_a_message_recorded_and_sent_again_later(post, heard):
    body = json.dumps(post.event())
    headers = post.signed(body, at=NOON)
    with clock.at(NOON):
        assert post.raw(body, headers=headers).status_code == 201
    with clock.at(NOON + timedelta(seconds=299)):
        assert post.raw(body, headers=headers).status_code == 200
    with clock.at(NOON + timedelta(seconds=301)):
        answer = post.raw(body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "http.clock_off")
    assert "301 秒" in answer.json()["sentence"] and len(heard()) == 1


def test_two_secrets_for_a_week_then_the_new_one_alone(post, heard):
    with clock.at(NOON):
        new = sources.rotate(URI)
    with clock.at(NOON + timedelta(days=7, seconds=-1)):
        assert post.send().status_code == 201
        assert post.send(secret=new).status_code == 201
    with clock.at(NOON + timedelta(days=7)):
        assert post.send().status_code == 401
        assert post.send(secret=new).status_code == 201
        newest = sources.rotate(URI)
        assert [post.send(secret=secret).status_code for secret in (new, newest)] == [201, 201]
        assert post.send().status_code == 401


def test_the_secret_stands_nowhere_in_plain(post, source):
    kept = bytes(source.sealed_secrets[0])
    assert post.secret.encode() not in kept and base64.b64decode(post.secret[6:]) not in kept


def test_a_secret_copied_to_another_source_does_not_open_it(post, source, heard):
    EventSource.objects.create(uri="/other", name="", area_path="34", sealed_secrets=source.sealed_secrets)
    headers = post.signed(body := json.dumps(post.event(source="/other"))) | {"ce-source": "/other"}
    assert post.raw(body, headers=headers).status_code == 401
    assert EventSource.objects.get(uri="/other").last_refusal == "base.seal_broken"


def test_a_sender_that_does_not_name_itself_is_found_by_its_secret(post, heard):
    with_others = [sources.add(f"/other/{n}", name="", area_path="34.3417.341702") for n in range(3)]
    body = json.dumps(post.event())
    headers = post.signed(body)
    del headers["ce-source"]
    assert post.raw(body, headers=headers).status_code == 201
    theirs = post.signed(body, secret=with_others[1][1])
    del theirs["ce-source"]
    answer = post.raw(body, headers=theirs)
    assert (answer.status_code, answer.json()["fields"]["own"]) == (403, "/other/1")


def test_refused_signatures_are_counted_by_address_and_twenty_are_a_signal(gauge, heard):
    source, secret = registered()
    stranger = Post(signature.new_secret())
    with clock.at(NOON):
        for _ in range(20):
            assert stranger.send().status_code == 401
    row = Quarantine.objects.get()
    assert (row.source, row.reason, row.count) == ("http:127.0.0.1", "wrong-signature", 20)
    assert URI in row.detail
    [said] = [row for row in heard() if row.kind == "security.sender"]
    assert (said.source, said.values["refused"], said.asset_id) == ("http:127.0.0.1", 20, None)
    with clock.at(NOON):
        assert [stranger.send().status_code for _ in range(41)][-1] == 429
        assert Post(secret).send().status_code == 201
    assert Quarantine.objects.get().count == 60
    source.refresh_from_db()
    assert source.last_refusal == "http.wrong_signature"
