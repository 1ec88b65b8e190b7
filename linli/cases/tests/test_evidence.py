"""Evidence of a case: it answers a need, it is seen by who sees the case, it is sent once."""

import hashlib

import pytest
from django.db import transaction

from linli.base.refusal import Refusal
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.cases.evidence import attach
from linli.cases.models import Case, Evidence
from linli.files.models import StoredFile
from linli.files.tests.test_storing import a_photo, upload
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, an_actor

KIND = "specimen_pack.fault"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(specimen, waterworks, engineer, see_all):
    subject = Subject(title="演示·消火栓 7", area_path=CHIYANG, responsible=waterworks, lng=117.4735, lat=30.6539)
    return open_case(KIND, subject, {"fault": "weak"}, engineer).case


def test_a_photo_answers_the_need_and_stands_with_its_hash_on_the_timeline(case, engineer):
    data = a_photo()
    evidence = attach(case.pk, upload(data), "photo", engineer, title="栓口")
    assert round(evidence.distance_m) == 25
    line = case.timeline.get(what="evidence.added")
    assert line.data["sha256"] == hashlib.sha256(data).hexdigest() and line.occurred_at == evidence.taken_at
    assert act(case.pk, "dismiss", engineer).state == "unfounded"


def test_the_same_key_attaches_once(case, engineer):
    first = attach(case.pk, upload(a_photo()), "photo", engineer, key="p:1")
    assert attach(case.pk, upload(a_photo()), "photo", engineer, key="p:1").pk == first.pk
    assert Evidence.objects.count() == StoredFile.objects.count() == 1


def test_a_document_is_no_photo(case, engineer):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        attach(case.pk, upload(b"%PDF-1.7\n%%EOF"), "photo", engineer)
    assert refused.value.code == "cases.not_a_photo" and not StoredFile.objects.exists()


def test_a_file_is_seen_when_its_case_is(case, engineer):
    attach(case.pk, upload(a_photo()), "photo", engineer)
    for actor, seen in ((engineer, 1), (an_actor("water_engineer", DONGZHI), 0)):
        with actor.sees():
            assert (StoredFile.objects.count(), Evidence.objects.count(), Case.objects.count()) == (seen,) * 3
