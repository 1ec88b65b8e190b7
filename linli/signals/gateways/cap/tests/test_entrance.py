"""`POST /in/v1/warnings`, and a second look at what was set aside."""

import pytest
from django.test import Client

from linli.base import clock, visibility
from linli.signals import quarantine
from linli.signals.gateways.cap import sources
from linli.signals.gateways.cap.tests.build import SENDER, alert, signed, signer
from linli.signals.gateways.http import pace
from linli.signals.gateways.http import sources as event_sources
from linli.signals.gateways.http.sender import headers_for
from linli.signals.models import Quarantine, QuarantinedFrame, Signal
from linli.signals.tests.conftest import vocabulary  # noqa: F401

ADDRESS, TYPE = "/in/v1/warnings", "application/cap+xml"


@pytest.fixture(autouse=True)
def fresh_pace():
    pace.sources.forget_all()
    pace.addresses.forget_all()


@pytest.fixture
def house(transactional_db):
    """The tree of the template, and nothing else."""


def register(**fields):
    with visibility.system():
        return sources.add(SENDER, name="演示·台", area_path="34.3417", **{"certificates": signer()[1], **fields})


def send(document, content_type=TYPE, **headers):
    return Client().post(ADDRESS, document, content_type=content_type, headers=headers)


def logged():
    with visibility.system():
        return Signal.objects.filter(kind="warning.public").count()


def test_a_signed_alert_needs_no_other_proof(house):
    register()
    first = send(signed(alert()))
    assert (first.status_code, first.json()["outcome"]) == (201, "accepted")
    assert logged() == 1


def test_the_same_bytes_are_known(house):
    register()
    document = signed(alert())
    assert [send(document).status_code for _try in range(2)] == [201, 200]


def test_an_unsigned_one_of_a_stranger_is_noted_without_its_bytes(house):
    register(accepts_unsigned=True)
    answer = send(alert())
    assert (answer.status_code, answer.json()["reason"]) == (422, "signature-missing")
    assert QuarantinedFrame.objects.get().raw is None
    assert not logged()


def test_an_event_source_vouches_for_what_it_brings(house):
    register(accepts_unsigned=True)
    with visibility.system():
        _source, secret = event_sources.add("/city/met", name="演示·台", area_path="34.3417", kinds=("warning.public",))
        _other, weak = event_sources.add("/city/water", name="演示·站", area_path="34.3417")
    text = alert().decode()

    def signed_by(uri, key):
        headers = headers_for(text, key, uri, webhook_id=uri, at=clock.now())
        headers.pop("Content-Type")
        return send(text, **headers)

    assert signed_by("/city/water", weak).json()["reason"] == "signature-missing"
    assert signed_by("/city/met", secret).status_code == 201
    assert signed_by("/city/met", weak).status_code == 401


@pytest.mark.parametrize(
    ("document", "reason"),
    [(b"<a", "xml-not-well-formed"), (alert(sender="x@y"), "not-a-source"), (signed(alert()).replace(b"Likely", b"Observed"), "signature-invalid")],
)  # fmt: skip
def test_what_is_refused_says_why(house, document, reason):
    register()
    answer = send(document)
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert answer.json()["sentence"]


def test_other_types_and_methods_and_too_much(house):
    assert send(b"x", "application/json").status_code == 415
    assert Client().get(ADDRESS).status_code == 405
    assert send(b"x" * (1024 * 1024 + 1)).status_code == 413


def test_who_proves_nothing_goes_slowly(house):
    answers = [send(b"<a").status_code for _try in range(61)]
    assert answers[-1] == 429


def test_a_document_of_a_source_registered_later_is_taken_in_after_all(house):
    from linli.signals.gateways.cap import intake

    raw = signed(alert())
    assert intake.take(raw, f"feed:{SENDER}").reason == "not-a-source"
    register()
    row = Quarantine.objects.get()
    (done,) = quarantine.replay([row.pk])
    assert not done.reason and logged() == 1


def test_a_document_of_a_megabyte_is_kept_whole(house):
    from linli.signals.gateways.cap.tests.build import info

    register()
    extra = (
        "<resource><resourceDesc>x</resourceDesc><mimeType>a/b</mimeType><derefUri>"
        + "A" * 60_000
        + "</derefUri></resource>"
    )
    document = signed(alert(infos=[info(extra=extra) for _number in range(9)]))
    assert send(document).status_code == 201
    with visibility.system():
        assert bytes(Signal.objects.get(kind="warning.public").raw) == document
