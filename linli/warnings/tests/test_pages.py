"""What stands on the pages, for those on duty and for everybody."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body
from linli.base import clock, visibility
from linli.signals.gateways.cap.tests.build import NOW, alert, info
from linli.warnings.models import Issue, Warning
from linli.warnings.tests.conftest import CITY


@pytest.fixture
def as_post(city):
    """A client signed in as the holder of a post."""

    def client(post, name):
        with visibility.system():
            body = Body.objects.filter(name="演示·机关").first() or Body.objects.create(
                name="演示·机关", kind="office", area_path=CITY
            )
            user = make_user(name, f"演示·{name}", "a long pass phrase", None)
            give_post(user, post, body, CITY, None)
        signed_in = Client(headers={"accept-language": "zh-hans"})
        signed_in.force_login(user)
        return signed_in

    return client


def test_the_public_page_shows_real_public_warnings_only(hear):
    hear(
        alert(infos=[info(extra="<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>")]),
        alert(identifier="E", status="Exercise", infos=[info(event="演练事件", code="")]),
        alert(
            identifier="R",
            scope="Restricted",
            head="<restriction>x</restriction>",
            infos=[info(event="内部事件", code="")],
        ),
    )
    with clock.at(NOW):
        page = Client().get("/public/warnings/").content.decode()
        data = json.loads(Client().get("/public/warnings.json").content)
    assert "暴雨橙色预警" in page
    assert "演练事件" not in page and "内部事件" not in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert {feature["properties"]["tone"] for feature in data["features"]} == {"orange"}


def test_the_strip_shows_what_concerns_the_reader(hear, as_post):
    hear(
        alert(),
        alert(
            identifier="R",
            scope="Restricted",
            head="<restriction>x</restriction>",
            infos=[info(event="内部事件", code="")],
        ),
    )
    with clock.at(NOW):
        watcher = as_post("duty_operator", "watcher").get("/warnings/strip").content.decode()
        other = as_post("auditor", "other").get("/warnings/strip").content.decode()
        desk = as_post("police_110", "desk").get("/desk/").content.decode()
    assert "内部事件" in watcher and "内部事件" not in other
    assert "暴雨橙色预警" in other and "暴雨橙色预警" in desk


def test_the_page_of_a_warning_tells_its_whole_story(hear, as_post):
    hear(alert())
    with clock.at(NOW):
        client = as_post("duty_operator", "reader")
        page = client.get(reverse("warnings:warning", args=[Warning.objects.get().pk])).content.decode()
        listed = client.get("/lists/warnings.warnings/").content.decode()
    assert "签名已核验" in page and "贵池区" in page
    assert "暴雨橙色预警" in listed


def test_from_the_form_to_the_release_by_another(as_post, settings):
    settings.DEMO = False
    with clock.at(NOW):
        first, second, other = (
            as_post("coordinator", "first"),
            as_post("leader", "second"),
            as_post("technician", "other"),
        )
    said = {
        "event": "暴雨", "event_code": "", "category": "Met", "colour": "red", "onset": "2026-07-01T09:00",
        "expires": "2026-07-01T18:00", "areas": [CITY], "headline": "全市暴雨红色预警", "description": "大雨",
        "instruction": "不要外出", "response": "Shelter", "issuer": "演示·市防汛办",
    }  # fmt: skip
    with clock.at(NOW):
        late = first.post("/warnings/new", said | {"expires": "2026-06-30T18:00"})
        assert late.status_code == 422 and "结束时间已过" in late.content.decode()
        page = first.post("/warnings/new", said)
        issue = Issue.objects.get()
        assert page.url == f"/warnings/issues/{issue.pk}/"
        assert first.post(f"{page.url}release").status_code == 409
        assert second.post(f"{page.url}release").status_code == 302
    issue.refresh_from_db()
    assert issue.state == "released"
    with clock.at(NOW):
        assert other.get("/warnings/new").status_code == 403
