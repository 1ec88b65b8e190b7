"""Pages of the registers: a thing and its history, a contact shown for a case, a table taken in step by step."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from linli.access.declarations import CaseFacts, Lookup
from linli.access.models import Ledger
from linli.access.registry import lookups
from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body
from linli.registers.changes import register
from linli.registers.contacts import contacts_of, set_contact, subjects_of
from linli.registers.imports import running
from linli.registers.models import ImportRun, Organisation
from linli.registers.tests.conftest import TOWN, asset, code, csv_of, organisation, premises


def somebody(post: str, body: Body) -> Client:
    user = make_user(f"holder.{post}", f"演示·{post}", "ein-langes-Wort-17")
    give_post(user, post, body, "34.3417")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def body(db) -> Body:
    return Body.objects.create(key="centre", name="演示·中心", kind="operator", area_path="34.3417")


@pytest.fixture
def world(body, keeper):
    owner = register(organisation(lng=117.489, lat=30.656), keeper, "登记")
    shop = register(premises(owner), keeper, "登记")
    return owner, shop, register(asset(premises=shop, organisation=owner), keeper, "登记")


def test_a_thing_is_shown_with_what_belongs_to_it_and_its_history(world, body):
    owner, shop, system = world
    client = somebody("technician", body)
    for thing, words in (
        (owner, [owner.uscc, "门店", "LW-1", "贵池区池阳街道"]),
        (shop, [owner.name, "LW-1", "联系人"]),
        (system, [owner.name, "门店", "联系人", "登记"]),
    ):
        page = client.get(f"/{thing._meta.model_name if thing is shop else thing._meta.model_name + 's'}/{thing.pk}/")
        text = page.content.decode()
        assert page.status_code == 200 and [word for word in words if word not in text] == []
    assert client.get(f"/assets/{uuid4()}/").status_code == 404


def test_a_correction_is_made_with_its_source_and_stands_in_the_history(world, body):
    owner = world[0]
    client = somebody("technician", body)
    said = {"name": "演示·改名商行", "address": "新街 1 号", "lng": "117.489", "lat": "", "source": ""}
    wrong = client.post(f"/registers/organisation/{owner.pk}/edit", said)
    assert wrong.status_code == 422 and "一起填" in wrong.content.decode()
    done = client.post(f"/registers/organisation/{owner.pk}/edit", said | {"lat": "30.656", "source": "走访"})
    assert done.headers["Location"] == f"/organisations/{owner.pk}/"
    text = client.get(f"/organisations/{owner.pk}/").content.decode()
    assert "演示·改名商行" in text and "走访" in text and "演示·第1商行" in text
    refused = client.post(f"/registers/organisation/{owner.pk}/retire", {"on": "2026-06-01", "reason": "注销"})
    assert refused.status_code == 409 and "门店" in refused.content.decode()


@pytest.fixture
def contact_world(transactional_db, keeper):
    body = Body.objects.create(key="centre", name="演示·中心", kind="operator", area_path="34.3417")
    system = register(asset(), keeper, "登记")
    person = set_contact(keeper, system, 1, "演示·甲", "16900000001")
    facts = CaseFacts(open=True, in_hand=True, area_path=TOWN, subjects=subjects_of(system))
    with lookups.opened():
        lookups._items = {"case": Lookup(key="case", find=lambda case, actor: facts)}
        yield body, system, person


def test_the_phone_is_shown_for_a_case_and_put_away_again(contact_world):
    body, system, person = contact_world
    client, case = somebody("duty_operator", body), uuid4()
    page = client.get(f"/assets/{system.pk}/").content.decode()
    assert "第 1 联系人" in page and "169" not in page.replace(str(system.pk), "") and "演示·甲" not in page
    shown = client.post(f"/contacts/{person}/show", {"case": case, "order": "1"})
    text = shown.content.decode()
    assert "169 0000 0001" in text and "核实报警" in text and "no-store" in shown.headers["Cache-Control"]
    line = Ledger.objects.using("gate").order_by("-at").first()
    assert f"台账号 {line.sequence}" in text and line.case_id == case
    away = client.get(f"/contacts/{person}/away", {"case": case, "order": "1"}).content.decode()
    assert "为本案查看电话" in away and "169" not in away.replace(str(person), "").replace(str(case), "")


def test_without_a_case_or_in_another_post_nothing_is_shown_and_it_is_said_why(contact_world):
    body, _system, person = contact_world
    text = somebody("duty_operator", body).post(f"/contacts/{person}/show", {"order": "1"}).content.decode()
    assert "169 0000" not in text and "正在办的事项" in text
    text = somebody("leader", body).post(f"/contacts/{person}/show", {"case": uuid4()}).content.decode()
    assert "169 0000" not in text and "没有这个用途" in text
    assert {row.decision for row in Ledger.objects.using("gate").filter(purpose="alarm.call_contact")} == {"deny"}


def test_a_contact_is_set_and_ended_on_the_page(contact_world):
    body, system, _person = contact_world
    client = somebody("technician", body)
    address = f"/registers/asset/{system.pk}/contacts"
    wrong = client.post(address, {"order": "2", "name": "演示·乙", "phone": "123", "source": "登记表"})
    assert wrong.status_code == 422 and "手机 11 位" in wrong.content.decode()
    assert (
        client.post(address, {"order": "2", "name": "演示·乙", "phone": "16900000002", "source": "登记表"}).status_code
        == 302
    )
    assert [known.order for known in contacts_of(system)] == [1, 2]
    assert client.post(f"{address}/2/end").status_code == 302
    assert [known.order for known in contacts_of(system)] == [1]


def upload(client: Client, content: bytes, key: str = "registers.organisations"):
    return client.post(f"/imports/new/{key}", {"file": SimpleUploadedFile("单位 2026.csv", content)})


def test_a_table_is_tried_corrected_written_and_taken_back(body, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    client = somebody("technician", body)
    assert "统一社会信用代码" in client.get("/imports/").content.decode()
    head = ("统一社会信用代码", "单位名称", "所在区划", "宗教信仰")
    rows = [(code(n), f"演示·第{n}商行", "贵池区", "某") for n in range(1, 13)]
    tried = upload(client, csv_of(head, *rows, ("1234", "演示·错", "贵池区", "")))
    address = tried.headers["Location"]
    page = client.get(address).content.decode()
    assert "还没有写进去一行" in page and "D 宗教信仰 整列不收" in page and "导入 12 行" in page
    assert "A14" in page and "18 位" in page and Organisation.objects.count() == 0
    book = load_workbook(BytesIO(b"".join(client.get(f"{address}to-correct.xlsx").streaming_content)))
    assert book.worksheets[0].max_row == 2
    part = client.post(f"{address}write", headers={"HX-Request": "true"})
    assert "已写 11 / 13" in part.content.decode() and Organisation.objects.count() == 10
    assert client.post(f"{address}write", headers={"HX-Request": "true"}).headers["HX-Redirect"] == address
    assert Organisation.objects.count() == 12 and "整批撤回" in client.get(address).content.decode()
    assert client.post(f"{address}undo").headers["Location"] == address
    assert Organisation.objects.count() == 0 and ImportRun.objects.get().state == "undone"


def test_what_cannot_be_read_is_said_on_the_page(body):
    client = somebody("technician", body)
    refused = upload(client, b"\x00\x01")
    assert refused.status_code == 422 and ".xlsx" in refused.content.decode()
    assert client.post("/imports/new/registers.organisations", {}).status_code == 422
    assert upload(client, b"a,b", "registers.rockets").status_code == 404


def test_the_runs_of_another_body_are_not_there(body, keeper):
    run = running.try_file(
        running.spec_named("registers.organisations"),
        csv_of(("统一社会信用代码", "单位名称", "所在区划"), (code(1), "演示", "贵池区")),
        "表.csv",
        keeper,
    )
    client = somebody("technician", body)
    assert (
        client.get(f"/imports/{run.pk}/").status_code == 404
        and client.post(f"/imports/{run.pk}/write").status_code == 404
    )


@pytest.mark.parametrize("key", ["registers.organisations", "registers.premises", "registers.assets"])
def test_lists_with_their_exports(world, body, key):
    client = somebody("duty_operator", body)
    assert client.get(f"/lists/{key}/?now=true").status_code == 200
    exported = b"".join(client.get(f"/lists/{key}/export.csv").streaming_content).decode()
    assert "池阳街道" in exported
