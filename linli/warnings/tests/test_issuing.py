"""Own warnings: two persons, a signature that two verifiers accept, a feed that our own reader reads."""

import shutil
import subprocess
from datetime import timedelta

import pytest
from django.test import Client
from lxml import etree

from linli.base import clock, visibility
from linli.signals.gateways.cap import decode, schema, signature, trusting
from linli.signals.gateways.cap.tests.build import NOW
from linli.signals.models import CapSource, Signal
from linli.warnings import following, issuing, keys, register
from linli.warnings.models import Issue, SigningKey, Warning
from linli.warnings.tests.conftest import CITY, GUICHI, actor

FIRST, SECOND = actor(), actor("leader", "演示·乙")
SAID = {
    "event": "暴雨", "event_code": "11B03", "category": "Met", "colour": "orange",
    "onset": "2026-07-01T09:00:00+08:00", "expires": "2026-07-01T18:00:00+08:00", "areas": [GUICHI],
    "headline": "贵池区暴雨橙色预警", "description": "三小时雨量将达 50 毫米", "instruction": "避开低洼路段",
    "response": "Avoid", "issuer": "演示·市防汛办", "headline_en": "Orange rainstorm warning for Guichi",
}  # fmt: skip


@pytest.fixture
def real(city, settings):
    """An installation whose warnings are real."""
    settings.DEMO = False


def issue(at=NOW, act=Issue.Act.ALERT, warning=None, said=None):
    with clock.at(at), visibility.system():
        made = issuing.release(issuing.draft(said or dict(SAID), FIRST, act, warning).pk, SECOND)
        following.follow()
    return made


def certificates():
    return signature.certificates(keys.certificates())


def test_who_drafted_it_does_not_release_it(real):
    with clock.at(NOW), visibility.system():
        draft = issuing.draft(dict(SAID), FIRST)
        with pytest.raises(issuing.SecondPerson):
            issuing.release(draft.pk, FIRST)
        issuing.release(draft.pk, SECOND)
        with pytest.raises(issuing.AlreadyDecided):
            issuing.release(draft.pk, SECOND)


def test_what_is_released_is_valid_signed_logged_and_in_force(real):
    made = issue()
    document = bytes(made.document)
    assert not schema.faults(etree.fromstring(document), "cap-1.2")
    found = trusting.read(document, lambda sender: certificates(), NOW)
    assert found.verdict.state == "valid"
    assert (found.alert.status, found.alert.outcome, found.alert.findings) == ("Actual", "accepted", ())
    assert [info.language for info in found.alert.infos] == ["zh-CN", "en"]
    assert found.alert.infos[0].instruction == "避开低洼路段"
    row = Warning.objects.get()
    assert (row.colour, row.areas, row.trust) == ("orange", [GUICHI], "authenticated")
    assert list(register.public(NOW)) == [row]
    with visibility.system():
        assert Signal.objects.get(kind="warning.public").raw == document


def test_an_independent_verifier_accepts_it_too(real, tmp_path):
    tool = shutil.which("xmlsec1")
    if tool is None:
        pytest.skip("xmlsec1 is not installed")
    document = bytes(issue().document)
    (tmp_path / "pin.pem").write_text(keys.certificates())
    for name, body, good in (
        ("good", document, True),
        ("bad", document.replace("避开".encode(), "走近".encode()), False),
    ):
        (tmp_path / name).write_bytes(body)
        words = [
            tool,
            "--verify",
            "--trusted-pem",
            str(tmp_path / "pin.pem"),
            "--enabled-key-data",
            "x509",
            str(tmp_path / name),
        ]
        assert (subprocess.run(words, capture_output=True).returncode == 0) == good


def test_the_identifier_is_of_the_national_form(real):
    made, again = issue(), issue()
    assert made.identifier == "34170000000000_20260701080100_0"
    assert len(made.identifier) == 31
    assert again.identifier.endswith("_1")


def test_change_and_lifting_name_the_whole_chain(real):
    issue()
    warning = Warning.objects.get()
    changed = issue(NOW + timedelta(hours=1), Issue.Act.UPDATE, warning, SAID | {"colour": "red"})
    warning.refresh_from_db()
    assert (warning.colour, warning.ended_at) == ("red", None)
    lifted = issue(NOW + timedelta(hours=2), Issue.Act.CANCEL, warning, {"headline": "解除", "description": "雨停"})
    alert = decode.decode(bytes(lifted.document))
    assert len(decode.decode(bytes(changed.document)).references) == 1
    assert [one.identifier for one in alert.references] == [
        Issue.objects.get(act="Alert").identifier,
        changed.identifier,
    ]
    assert alert.infos[0].response_types == ("AllClear",)
    warning.refresh_from_db()
    assert warning.ended_by == "cancelled"
    with visibility.system(), pytest.raises(issuing.NothingToChange):
        issuing.draft({"headline": "x", "description": "y"}, FIRST, Issue.Act.CANCEL, warning)


@pytest.mark.parametrize("missing", issuing.EIGHT)
def test_each_statutory_item_is_asked_for(real, missing):
    with visibility.system(), pytest.raises(issuing.Incomplete):
        issuing.draft({name: value for name, value in SAID.items() if name != missing}, FIRST)


def test_one_whose_time_ran_out_before_release_is_not_issued(real):
    with visibility.system():
        with clock.at(NOW):
            draft = issuing.draft(dict(SAID), FIRST)
        with clock.at(NOW + timedelta(days=1)), pytest.raises(issuing.TooLate):
            issuing.release(draft.pk, SECOND)
    assert not Warning.objects.exists()


def test_nobody_warns_outside_his_area(real):
    with visibility.system(), pytest.raises(issuing.NotOutside):
        issuing.draft(SAID | {"areas": [CITY]}, actor(areas=(GUICHI,)))


def test_the_demo_city_only_exercises_and_says_so_in_every_text(city, settings):
    settings.DEMO = True
    made = issue()
    alert = decode.decode(bytes(made.document))
    assert alert.status == "Exercise"
    assert all(
        text.startswith("【演练】")
        for info in alert.infos
        for text in (info.headline, info.description or "【演练】", info.instruction or "【演练】")
    )
    assert not register.public(NOW).exists()
    with clock.at(NOW):
        assert "urn:linli:warning:" not in Client().get("/feeds/warnings.atom").content.decode()
        assert Client().get(f"/feeds/warnings/{made.identifier}.xml").status_code == 404


def test_our_feed_is_read_by_our_reader(real):
    made = issue()
    with clock.at(NOW + timedelta(minutes=5)):
        answer = Client().get("/feeds/warnings.atom")
        feed = decode.decode(answer.content)
        (entry,) = feed.entries
        assert entry.link == f"http://testserver/feeds/warnings/{made.identifier}.xml"
        assert entry.id == f"urn:linli:warning:{made.identifier}"
        document = Client().get(entry.link.removeprefix("http://testserver"))
        assert document.headers["Content-Type"] == "application/cap+xml"
        assert document.content == bytes(made.document)
    with clock.at(NOW + timedelta(hours=33)):
        assert len(decode.decode(Client().get("/feeds/warnings.atom").content).entries) == 1
    with clock.at(NOW + timedelta(hours=35)):
        assert not decode.decode(Client().get("/feeds/warnings.atom").content).entries


def test_the_key_is_sealed_and_its_certificate_is_public(real):
    issue()
    row = SigningKey.objects.get()
    assert b"PRIVATE KEY" not in bytes(row.sealed_key)
    assert Client().get("/feeds/warnings.pem").content.decode() == row.certificate
    assert CapSource.objects.get(sender=keys.sender()).certificates == row.certificate
    assert keys.current()[0].startswith(b"-----BEGIN PRIVATE KEY")
    assert SigningKey.objects.count() == 1


def test_a_key_near_its_end_is_renewed_and_the_old_certificate_stays(real):
    with clock.at(NOW), visibility.system():
        first = keys.current()[1]
    with clock.at(NOW + keys.VALID - timedelta(days=10)), visibility.system():
        second = keys.current()[1]
    assert first != second
    assert keys.certificates() == second + first
