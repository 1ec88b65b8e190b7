"""Administration: users get posts, bodies are kept, the auditor reads and checks the ledger."""

import pytest
from django.test import Client

from linli.access.contributing import contribute
from linli.access.gate import disclose
from linli.access.models import Ledger
from linli.accounts.actor import Actor
from linli.accounts.administration import give_post, make_user
from linli.accounts.models import AccountEvent, Body, User

PASSWORD = "ein-langes-Wort-17"


@pytest.fixture
def body(db) -> Body:
    return Body.objects.create(key="office", name="演示·办公室", kind="office", area_path="34.3417")


def somebody(post: str, body: Body) -> Client:
    user = make_user(f"holder.{post}", f"演示·{post}", PASSWORD)
    give_post(user, post, body, "34.3417")
    client = Client()
    client.force_login(user)
    return client


def test_a_user_is_made_gets_a_post_and_comes_in(body):
    admin = somebody("administrator", body)
    said = {"username": "yanshi.sun", "display_name": "演示·孙", "password": "short"}
    weak = admin.post("/admin/users/new", said)
    assert weak.status_code == 422 and 'value="yanshi.sun"' in weak.content.decode()
    made = admin.post("/admin/users/new", said | {"password": PASSWORD})
    user = User.objects.get(username="yanshi.sun")
    assert made.headers["Location"] == f"/admin/users/{user.pk}/"
    taken = admin.post("/admin/users/new", said | {"password": PASSWORD})
    assert taken.status_code == 422 and "已有人用" in taken.content.decode()
    post = {"post": "duty_operator", "body": body.pk, "area": "没有的区", "until": "", "note": ""}
    assert "没有“没有的区”" in admin.post(f"/admin/users/{user.pk}/post", post).content.decode()
    assert admin.post(f"/admin/users/{user.pk}/post", post | {"area": "贵池区"}).status_code == 302
    holding = user.holdings.get()
    assert (holding.post, holding.area_path) == ("duty_operator", "34.3417.341702")
    client = Client()
    assert client.post("/login", {"login": "yanshi.sun", "password": PASSWORD}).status_code == 302
    assert client.get("/home/").status_code == 200
    assert admin.post(f"/admin/holdings/{holding.pk}/end").status_code == 302
    assert client.get("/home/").status_code == 403
    assert "值机员" in admin.get(f"/admin/users/{user.pk}/").content.decode()


def test_a_new_password_and_a_closed_account_end_the_sessions(body):
    admin = somebody("administrator", body)
    user = make_user("yanshi.sun", "演示·孙", PASSWORD)
    client = Client()
    client.post("/login", {"login": "yanshi.sun", "password": PASSWORD})
    assert admin.post(f"/admin/users/{user.pk}/password", {"password": "noch-ein-Wort-18"}).status_code == 302
    assert client.get("/account/").status_code == 302
    client.post("/login", {"login": "yanshi.sun", "password": "noch-ein-Wort-18"})
    assert client.get("/account/").status_code == 200
    assert admin.post(f"/admin/users/{user.pk}/active", {"active": "no"}).status_code == 302
    assert client.get("/account/").status_code == 302
    kinds = set(AccountEvent.objects.values_list("kind", flat=True))
    assert {"password_changed", "user_changed"} <= kinds


def test_the_last_administrator_stays(body):
    admin = somebody("administrator", body)
    user = User.objects.get(username="holder.administrator")
    assert admin.post(f"/admin/users/{user.pk}/active", {"active": "no"}).status_code == 409
    assert admin.post(f"/admin/holdings/{user.holdings.get().pk}/end").status_code == 409
    give_post(make_user("another", "演示·另", PASSWORD), "administrator", body, "34.3417")
    assert admin.post(f"/admin/users/{user.pk}/active", {"active": "no"}).status_code == 302


def test_bodies_are_made_and_changed(body):
    admin = somebody("administrator", body)
    said = {
        "key": "centre",
        "name": "演示·中心",
        "kind": "operator",
        "area_path": "贵池区",
        "parent": body.pk,
        "ends_on": "",
    }
    assert admin.post("/admin/bodies/new", said).status_code == 302
    centre = Body.objects.get(key="centre")
    assert centre.area_path == "34.3417.341702" and centre.parent == body
    assert admin.post(f"/admin/bodies/{centre.pk}/", said | {"name": "演示·新中心"}).status_code == 302
    assert admin.post(f"/admin/bodies/{centre.pk}/", said | {"key": "office"}).status_code == 422
    centre.refresh_from_db()
    assert (centre.key, centre.name) == ("centre", "演示·新中心")


@pytest.mark.parametrize("key", ["admin.users", "admin.holdings", "admin.bodies", "admin.events"])
def test_lists_of_the_administrator(body, key):
    page = somebody("administrator", body).get(f"/lists/{key}/")
    assert page.status_code == 200 and "演示·" in page.content.decode()


def test_the_auditor_reads_the_ledger_and_finds_what_was_changed(transactional_db, django_db_setup):
    from conftest import admin_connection

    body = Body.objects.create(key="office", name="演示·办公室", kind="office", area_path="34.3417")
    auditor = somebody("auditor", body)
    keeper = Actor(
        post="technician", name="演示·甲", user_id=User.objects.get().pk, areas=("34.3417",), bodies=(body.pk,)
    )
    person = contribute(
        keeper, None, {"contact.phone": "16900000001"}, {}, "registers.keep_contacts", area_path="34.3417.341702"
    )
    disclose(keeper, "alarm.call_contact", person, ["contact.phone"])
    text = auditor.get("/lists/admin.ledger/").content.decode()
    assert "演示·办公室" in text and "核实报警" in text and "16900000001" not in text and str(person) not in text
    line = Ledger.objects.using("gate").get(sequence=2)
    page = auditor.get(f"/ledger/lines/{line.pk}/").content.decode()
    assert "access.post_outside_purpose" in page and "重算相符" in page
    assert "没有改动" in auditor.post("/ledger/check").content.decode()
    with admin_connection(django_db_setup) as admin:
        admin.execute("UPDATE access_ledger SET entry = replace(entry, 'deny', 'permit') WHERE sequence = 2")
    assert "1 处异常" in auditor.post("/ledger/check").content.decode()
    assert "重算不符" in auditor.get(f"/ledger/lines/{line.pk}/").content.decode()
