"""Every fault says what happened, what was kept and what to do; as page, fragment and JSON."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from linli.ui import errors

pytestmark = pytest.mark.urls("linli.ui.tests.pages")
WORDS_NOT_USED = re.compile(r"请|对不起|抱歉|非法|无效|异常|please|sorry|oops|illegal|forbidden|invalid", re.I)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_address_with_nothing_behind_it():
    page = Client().get("/no/such/page", headers={"Referer": "/kit/"})
    assert page.status_code == 404
    for words in ("这个网址没有内容", "已留住", "没有改动任何内容", "下一步", "核对网址或编号"):
        assert words in text_of(page)
    assert 'href="/kit/"' in page.content.decode()


def test_a_refusal_is_a_page_a_fragment_and_json():
    page = Client().get("/refused")
    assert page.status_code == 403 and "auditor" in text_of(page)
    fragment = Client().get("/refused", headers={"HX-Request": "true"})
    assert fragment.status_code == 403 and "<html" not in fragment.content.decode()
    assert 'role="alert"' in fragment.content.decode()
    answer = Client().get("/api/refused").json()
    assert answer["code"] == "base.not_yours" and answer["status"] == "403" and answer["next_step"]


def test_a_fault_of_ours_gives_a_number_that_stands_in_the_log(caplog):
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        page = client.get("/broken")
    number = re.search(r'<dd class="mono">(\w{8})</dd>', page.content.decode()).group(1)
    assert page.status_code == 500 and "这一步已整个撤回" in text_of(page)
    assert any(number in record.getMessage() for record in caplog.records)
    assert "specimen fault" not in page.content.decode()


@override_settings(CSRF_FAILURE_VIEW="linli.ui.errors.no_permission")
def test_an_old_form_is_told_how_to_send_it_again():
    page = Client(enforce_csrf_checks=True).post("/ui/language", {"language": "en"})
    assert page.status_code == 403 and "刷新后再提交" in text_of(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_begs_or_accuses(language):
    request = RequestFactory().get("/")
    with translation.override(language):
        pages = [
            errors.bad_request(request, ValueError()),
            errors.no_permission(request),
            errors.not_found(request, ValueError()),
            errors.too_many(request),
            errors.broken(request),
        ]
        assert [page.status_code for page in pages] == [400, 403, 404, 429, 500]
        assert [WORDS_NOT_USED.findall(text_of(page)) for page in pages] == [[]] * 5


def test_the_language_is_kept_and_leads_back_only_to_this_house(db):
    client = Client()
    assert client.post("/ui/language", {"language": "en", "next": "/kit/"})["Location"] == "/kit/"
    assert "The kit" in text_of(client.get("/kit/"))
    assert client.post("/ui/language", {"language": "en", "next": "//elsewhere.example/"})["Location"] == "/"


def test_the_gallery_is_there_in_demo_mode_only(settings):
    settings.DEMO = False
    assert Client().get("/kit/").status_code == 404
