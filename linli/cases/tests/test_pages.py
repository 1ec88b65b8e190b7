"""The pages of a case, as people see and use them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from psycopg.types.range import Range

from linli.accounts.actor import Actor
from linli.accounts.duty import actor_for
from linli.accounts.models import PostHolding, User
from linli.base import clock, visibility
from linli.cases.act import act, open_case
from linli.cases.declarations import Subject
from linli.cases.models import Case
from linli.files.tests.test_storing import a_photo, upload
from tests.specimen_pack.fixtures import CHIYANG, DONGZHI, GUICHI, a_body

KIND = "specimen_pack.fault"


def on_duty(post, body, area=GUICHI, name="gong"):
    """A signed-in person and his actor."""
    user = User.objects.create_user(f"{name}-{post}", "a long password 1", display_name="演示·工程师")
    during = Range(clock.now() - timedelta(days=1), None)
    holding = PostHolding.objects.create(user=user, post=post, body=body, area_path=area, during=during)
    client = Client()
    client.force_login(user)
    return client, actor_for(holding)


@pytest.fixture
def engineer_client(waterworks) -> tuple[Client, Actor]:
    return on_duty("water_engineer", waterworks)


@pytest.fixture
def case(specimen, waterworks, engineer_client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    subject = Subject(
        title="演示·消火栓 7",
        area_path=CHIYANG,
        address="秋浦西路 12 号",
        responsible=waterworks,
        lng=117.47,
        lat=30.65,
    )
    return open_case(KIND, subject, {"fault": "weak", "pressure_kpa": 60}, engineer_client[1]).case


def html(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def stored(case):
    with visibility.system():
        return Case.objects.get(pk=case.pk)


def hidden(answer, transition):
    """The hidden fields of the form that makes `transition`."""
    form = next(part for part in html(answer).split("<form") if f'value="{transition}"' in part)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.split("</form>")[0]))


def test_the_page_shows_case_clock_path_step_and_timeline(case, engineer_client):
    client, _actor = engineer_client
    page = client.get(reverse("cases:case", args=[case.pk]))
    text = html(page)
    assert page.status_code == 200
    for said in (
        case.number,
        "演示·消火栓 7",
        "秋浦西路 12 号",
        "压力不足",
        "确认故障",
        "Hydrant Rules art. 9",
        "案件已立",
    ):
        assert said in text, said
    assert text.count('class="button primary') == 1
    assert "消火栓照片 — Hydrant Rules art. 10" in text


def test_a_step_is_made_from_the_page_and_sent_twice_is_made_once(case, engineer_client):
    client, _actor = engineer_client
    address = reverse("cases:act", args=[case.pk])
    data = hidden(client.get(reverse("cases:case", args=[case.pk])), "confirm")
    for _ in range(2):
        assert client.post(address, data | {"confirm-text": "阀门锈死"}).status_code == 303
    assert stored(case).state == "repair" and stored(case).version == 2
    assert "阀门锈死" in html(client.get(reverse("cases:case", args=[case.pk])))


def test_a_stale_page_is_refused_and_keeps_what_was_typed(case, engineer_client):
    client, actor = engineer_client
    act(case.pk, "confirm", actor)
    data = hidden(client.get(reverse("cases:case", args=[case.pk])), "await_parts")
    with visibility.system():
        Case.objects.filter(pk=case.pk).update(version=7)
    answer = client.post(reverse("cases:act", args=[case.pk]), data | {"await_parts-reason": "缺阀门 DN100"})
    assert answer.status_code == 409
    assert "您看到的是第 2 版，现为第 7 版" in html(answer) and "缺阀门 DN100" in html(answer)


def test_a_missing_reason_is_asked_for_at_its_field(case, engineer_client):
    client, actor = engineer_client
    act(case.pk, "confirm", actor)
    data = hidden(client.get(reverse("cases:case", args=[case.pk])), "await_parts")
    answer = client.post(reverse("cases:act", args=[case.pk]), data)
    assert answer.status_code == 422 and "填写：理由。" in html(answer)
    assert stored(case).state == "repair"


def test_personal_numbers_are_offered_masked(case, engineer_client):
    client, _actor = engineer_client
    address = reverse("cases:note", args=[case.pk])
    answer = client.post(address, {"text": "联系 13805661234", "key": "n1"})
    assert answer.status_code == 422 and "遮盖后保存" in html(answer) and "联系 13805661234" in html(answer)
    assert client.post(address, {"text": "联系 13805661234", "key": "n1", "mask": "1"}).status_code == 303
    assert "联系 138****1234" in html(client.get(reverse("cases:case", args=[case.pk])))


def test_an_edit_changes_what_was_changed_and_nothing_else(case, engineer_client):
    client, _actor = engineer_client
    page = client.get(reverse("cases:case", args=[case.pk]))
    form = next(part for part in html(page).split("<form") if "edit-title" in part).split("</form>")[0]
    data = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', form))
    data |= {name: value for name, value in data.items() if name.startswith("initial-")}
    data |= {"edit-priority": "3", "initial-edit-priority": "3", "edit-fault": "weak", "initial-edit-fault": "weak"}
    answer = client.post(reverse("cases:edit", args=[case.pk]), data | {"edit-pressure_kpa": "75"})
    assert answer.status_code == 303, html(answer)[:2000]
    with visibility.system():
        line = stored(case).timeline.get(what="edit")
    assert line.data["fields"] == {"pressure_kpa": {"from": 60, "to": 75}}


def test_evidence_is_added_and_looked_at_without_place(case, engineer_client):
    client, _actor = engineer_client
    photo = upload(a_photo())
    data = {"key": "e1", "evidence-file": photo, "evidence-kind": "photo", "evidence-title": "栓口"}
    assert client.post(reverse("cases:evidence", args=[case.pk]), data).status_code == 303
    page = html(client.get(reverse("cases:case", args=[case.pk])))
    address = re.search(r'src="(/files/[^"]+/picture)"', page).group(1)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/jpeg" and b"GPS" not in b"".join(answer.streaming_content)
    original = client.get(address.removesuffix("/picture"))
    assert original.headers["Content-Disposition"].startswith("attachment")
    stranger, _ = on_duty("water_engineer", a_body("dongzhi-works", DONGZHI), DONGZHI, "li")
    assert stranger.get(address).status_code == 404


def test_who_has_nothing_to_do_with_the_kind_reads_no_page(case, waterworks):
    guard, _actor = on_duty("duty_operator", waterworks)
    for name in ("case", "peek", "print"):
        assert guard.get(reverse(f"cases:{name}", args=[case.pk])).status_code == 403
    stranger, _actor = on_duty("water_engineer", a_body("dongzhi-works", DONGZHI), DONGZHI, "li")
    assert stranger.get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_a_case_is_opened_by_hand(specimen, engineer_client):
    client, actor = engineer_client
    address = reverse("cases:new", args=[KIND])
    page = html(client.get(address))
    assert "贵池区池阳街道" in page and "新立：消火栓故障" in page
    data = {"title": "演示·消火栓 8", "area_path": CHIYANG, "priority": "2", "fault": "", "key": "o1"}
    assert client.post(address, data).status_code == 422
    answer = client.post(address, data | {"fault": "dry", "lng": "117.47", "lat": "30.65"})
    assert answer.status_code == 303
    with actor.sees():
        made = Case.objects.get()
        assert (made.priority, made.responsible_id, made.lng) == (2, actor.body, 117.47)
    inspector, _ = on_duty("hydrant_inspector", a_body("fire", GUICHI), GUICHI, "jian")
    assert inspector.get(address).status_code == 403


def test_panes_peek_print_and_number_lead_to_the_same_case(case, engineer_client):
    client, actor = engineer_client
    act(case.pk, "confirm", actor)
    for name in ("top", "acts", "evidence", "tasks", "entries"):
        assert client.get(reverse("cases:pane", args=[case.pk, name])).status_code == 200
    assert client.get(reverse("cases:pane", args=[case.pk, "nothing"])).status_code == 404
    assert "等待配件" in html(client.get(reverse("cases:peek", args=[case.pk])))
    paper = html(client.get(reverse("cases:print", args=[case.pk])))
    assert "确认故障：维修中" in paper and "确认：按时" in paper
    assert client.get(reverse("cases:by_number", args=[case.number])).headers["Location"].endswith(f"/{case.pk}/")


def test_pausing_a_clock_and_handing_over_from_the_page(case, engineer_client):
    client, actor = engineer_client
    act(case.pk, "confirm", actor)
    sent = {"clock": "repair", "do": "suspend", "ground": "等待鉴定", "key": "c1"}
    assert client.post(reverse("cases:clocks", args=[case.pk]), sent).status_code == 303
    assert "等待鉴定" in html(client.get(reverse("cases:case", args=[case.pk])))
    assert client.post(reverse("cases:clocks", args=[case.pk]), {"clock": "repair", "do": "resume"}).status_code == 303
    bad_day = {"clock": "repair", "do": "extend", "ground": "停产", "until": "soon"}
    assert client.post(reverse("cases:clocks", args=[case.pk]), bad_day).status_code == 422
    other = a_body("dongzhi-works", DONGZHI)
    data = {"transfer-to": str(other.pk), "transfer-reason": "在东至", "version": "2", "key": "t1"}
    assert client.post(reverse("cases:transfer", args=[case.pk]), data).status_code == 303
    neighbour, _ = on_duty("water_engineer", other, DONGZHI, "li")
    assert "接收案件" in html(neighbour.get(reverse("cases:case", args=[case.pk])))
    answer = {"do": "return", "reason": "不在我辖区", "key": "t2"}
    assert neighbour.post(reverse("cases:transfer_answer", args=[case.pk]), answer).status_code == 303
    assert stored(case).returns == 1


def test_a_task_is_asked_and_done_and_its_notice_seen(case, engineer_client):
    client, _actor = engineer_client
    data = {"task-title": "带两个阀门来", "task-post": "water_engineer", "key": "k1"}
    assert client.post(reverse("cases:tasks", args=[case.pk]), data).status_code == 303
    notices = html(client.get(reverse("cases:notices")))
    assert "带两个阀门来" in notices
    seen = re.search(r'action="(/notices/[^"]+/seen)"', notices).group(1)
    assert client.post(seen).headers["Location"].endswith(reverse("cases:by_number", args=[case.number]))
    page = html(client.get(reverse("cases:case", args=[case.pk])))
    done = re.search(r'action="(/cases/tasks/[^"]+/done)"', page).group(1)
    assert client.post(done, {"key": "k2"}).status_code == 303
    with visibility.system():
        assert stored(case).tasks.get().done_at


def test_a_second_person_agrees_from_the_page(case, engineer_client, specimen):
    client, actor = engineer_client
    act(case.pk, "confirm", actor)
    inspector, _ = on_duty("hydrant_inspector", a_body("fire", "34.3417"), "34.3417", "jian")
    page = html(inspector.get(reverse("cases:case", args=[case.pk])))
    assert "作为第二人确认" in page
    answer = inspector.post(reverse("cases:agree", args=[case.pk]), {"transition": "restore", "key": "a1"})
    assert answer.status_code == 303
    data = hidden(client.get(reverse("cases:case", args=[case.pk])), "restore")
    client.post(reverse("cases:act", args=[case.pk]), data | {"restore-pressure_kpa": "180"})
    assert stored(case).state == "restored"
    assert "办结" in html(client.get(reverse("cases:case", args=[case.pk])))


def test_the_case_of_a_removed_pack_is_read_by_its_own_law(case, engineer_client, specimen):
    from linli.cases.registry import kinds

    _client, actor = engineer_client
    act(case.pk, "confirm", actor)
    coordinator, _ = on_duty("coordinator", a_body("office", GUICHI), GUICHI, "xie")
    with kinds.opened():
        kinds._items.pop(KIND)
        page = html(coordinator.get(reverse("cases:case", args=[case.pk])))
    assert "确认故障：维修中" in page and "业务包未安装" in page


def test_the_page_asks_the_same_number_of_queries_however_long_the_story(
    case, engineer_client, django_assert_max_num_queries
):
    client, actor = engineer_client
    from linli.cases.act import note

    with clock.at(datetime(2026, 5, 20, tzinfo=UTC)):
        for number in range(40):
            note(case.pk, "note", f"第 {number} 次", actor)
    with django_assert_max_num_queries(40):
        assert "更早的" in html(client.get(reverse("cases:case", args=[case.pk])))
