"""The page of a system: its contract and link; a test announced by those who may, and ended."""

from itertools import count

import pytest
from django.test import Client

from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body
from linli.domains.networked_alarms.models import TestWindow as Announced
from linli.domains.networked_alarms.systems import running_test
from linli.registers.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(shop):
    """A client of somebody in a post of a body (the operator's own when none is given), in an area."""

    number = count()

    def signed_in(post, body=None, area="34.3417"):
        user = make_user(f"holder.{post}.{next(number)}", f"演示·{post}", "ein-langes-Wort-17")
        give_post(user, post, body or shop.contracts.get().operator.body, area)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def test_the_system_s_page_shows_contract_licence_link_and_zones(shop, sign_in):
    text = sign_in("duty_operator").get(f"/assets/{shop.pk}/").content.decode()
    for word in ("020001", "演示·翠微安防", "24小时未收到", "防区", "大门", "磁开关", "登记测试"):
        assert word in text, word
    shop.contracts.get().operator.licences.all().delete()
    assert "许可证失效" in sign_in("shift_leader").get(f"/assets/{shop.pk}/").content.decode()


def test_a_test_is_announced_and_ended(shop, sign_in):
    client = sign_in("technician")
    client.post(f"/networked_alarms/systems/{shop.pk}/test", {"minutes": "30", "reason": "季度检测"})
    shop.asset.refresh_from_db()
    assert running_test(shop).reason == "季度检测" and shop.asset.settings["test_until"]
    page = client.get(f"/assets/{shop.pk}/").content.decode()
    assert "测试中" in page and "结束测试" in page
    client.post(f"/networked_alarms/tests/{running_test(shop).pk}/end")
    assert running_test(shop) is None


def test_an_hour_too_many_is_said_and_nothing_announced(shop, sign_in):
    client = sign_in("technician")
    client.post(f"/networked_alarms/systems/{shop.pk}/test", {"minutes": "300", "reason": "季度检测"})
    assert Announced.objects.count() == 0


@pytest.mark.parametrize(
    ("post", "area", "status"),
    [("technician", "34.3417.341721", 404), ("leader", "34.3417", 403), ("user_contact", "34.3417", 404)],
)
def test_who_may_not_test_this_system(shop, sign_in, post, area, status):
    answer = sign_in(post, area=area).post(f"/networked_alarms/systems/{shop.pk}/test", {"minutes": 5, "reason": "x"})
    assert answer.status_code == status and Announced.objects.count() == 0


def test_the_user_tests_his_own_system(shop, sign_in):
    owner = Organisation.objects.create(name="演示·业主", area_path=shop.asset.area_path, in_use=shop.asset.in_use)
    shop.asset.organisation = owner
    shop.asset.save()
    body = Body.objects.create(
        key="owner", name="演示·业主", kind="alarm_user", area_path=owner.area_path, organisation_id=owner.pk
    )
    sign_in("user_contact", body).post(f"/networked_alarms/systems/{shop.pk}/test", {"minutes": 5, "reason": "自检"})
    assert Announced.objects.get().post == "user_contact"


def test_the_list_of_systems(shop, sign_in):
    page = sign_in("technician").get("/lists/networked_alarms.systems/").content.decode()
    assert "020001" in page and "演示·翠微安防" in page and shop.asset.number in page


def test_a_code_word_is_kept_as_a_hash_and_checked(shop, sign_in):
    sign_in("technician").post(f"/networked_alarms/systems/{shop.pk}/code-word", {"word": "Blue Heron 7"})
    shop.refresh_from_db()
    assert shop.code_word and "heron" not in shop.code_word.lower()
    client, address = sign_in("duty_operator"), f"/networked_alarms/systems/{shop.pk}/code-word/check"
    assert "口令正确" in client.post(address, {"word": "blue heron  7"}, follow=True).content.decode()
    assert "口令不符" in client.post(address, {"word": "grey heron 7"}, follow=True).content.decode()
    assert sign_in("technician").post(address, {"word": "x"}).status_code == 403
