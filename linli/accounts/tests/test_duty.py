"""Posts on duty: chosen for a session, handed over at the end of the shift, ended."""

from datetime import timedelta

import pytest

from linli.accounts import duty as duty_room
from linli.accounts.administration import change_user, end_post, give_post, make_user, save_body
from linli.accounts.models import AccountEvent, Body, PostHolding
from linli.accounts.refusals import CannotTakeOver, NameTaken, PostOver, UnknownPost
from linli.accounts.tests.conftest import AREA, PASSWORD
from linli.base import clock
from linli.base.models import Outbox


def test_the_session_works_in_the_chosen_post(duty, centre, client_of):
    second = give_post(duty.user, "technician", centre, "34.3417.341702")
    client = client_of(duty.user)
    first_page = client.get("/duty/")
    assert first_page.wsgi_request.actor.post == "duty_operator"
    assert client.post(f"/duty/{second.pk}/choose").headers["Location"] == "/"
    actor = client.get("/duty/").wsgi_request.actor
    assert (actor.post, actor.areas) == ("technician", ("34.3417.341702",))


def test_nobody_chooses_the_post_of_another(duty, qian, client_of):
    foreign = qian.holdings.get()
    refused = client_of(duty.user).post(f"/duty/{foreign.pk}/choose", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "accounts.post_over")


def test_an_actor_acts_for_his_body_and_its_branches(duty, centre):
    branch = Body.objects.create(key="branch", name="演示·分中心", kind="operator", area_path=AREA, parent=centre)
    assert duty_room.actor_for(duty).bodies == (centre.pk, branch.pk)


def test_handing_over_ends_the_one_and_begins_the_other_at_the_same_instant(duty, qian, client_of):
    client = client_of(duty.user)
    page = client.get(f"/duty/{duty.pk}/hand-over").content.decode()
    assert "演示·钱" in page
    done = client.post(f"/duty/{duty.pk}/hand-over", {"successor": qian.pk, "note": "3 号台打印机缺纸"})
    assert done.headers["Location"] == "/duty/"
    duty.refresh_from_db()
    theirs = PostHolding.objects.get(user=qian, post="duty_operator")
    assert theirs.during.lower == duty.during.upper and theirs.note == "3 号台打印机缺纸"
    assert theirs.handed_by_id == duty.user_id
    assert client.get("/home/", headers={"Accept": "application/json"}).json()["code"] == "accounts.no_post_now"
    assert AccountEvent.objects.filter(kind="handed_over", user_id=duty.user_id).count() == 1
    assert Outbox.objects.filter(topic="duty", payload__act="handed_over").count() == 1


def test_a_post_is_handed_over_once(duty, qian):
    duty_room.hand_over(duty, qian)
    with pytest.raises(PostOver):
        duty_room.hand_over(duty, qian)


@pytest.mark.parametrize("who", ["stranger", "closed"])
def test_only_an_active_colleague_takes_over(duty, qian, who):
    if who == "closed":
        change_user(qian, is_active=False)
        successor = qian
    else:
        successor = make_user("stranger", "演示·外", PASSWORD)
    with pytest.raises(CannotTakeOver):
        duty_room.hand_over(duty, successor)
    duty.refresh_from_db()
    assert duty.during.upper is None


def test_a_post_ends_by_its_time_and_by_hand(zhao, centre):
    short = give_post(zhao, "technician", centre, AREA, until=clock.now() + timedelta(hours=1))
    with clock.shifted(timedelta(hours=2)):
        assert duty_room.holdings_of(zhao) == []
    assert duty_room.holdings_of(zhao) == [short]
    end_post(short)
    assert duty_room.holdings_of(zhao) == []
    with pytest.raises(PostOver):
        end_post(short)


def test_what_administrators_may_not_do(duty, centre):
    with pytest.raises(NameTaken):
        give_post(duty.user, "duty_operator", centre, AREA)
    with pytest.raises(UnknownPost):
        give_post(duty.user, "nosy_neighbour", centre, AREA)
    with pytest.raises(NameTaken):
        make_user("yanshi.zhao", "演示·另", PASSWORD)
    with pytest.raises(NameTaken):
        save_body(Body(key="centre", name="演示·另", kind="operator", area_path=AREA))


def test_nobody_changes_or_removes_an_event(duty):
    from django.db import ProgrammingError, transaction

    for act in (lambda rows: rows.update(about="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            act(AccountEvent.objects.all())


def test_ending_a_session_elsewhere(duty, client_of):
    from django.test import Client

    from linli.accounts.tests.test_login import log_in

    here, there, foreign = Client(), Client(), Client()
    for client in (here, there):
        log_in(client)
    rows = here.get("/account/").context["sessions"]
    assert [row["current"] for row in rows].count(True) == 1 and len(rows) == 2
    other = next(row["row"] for row in rows if not row["current"])
    assert foreign.post(f"/account/sessions/{other.pk}/end").headers["Location"].startswith("/login")
    assert here.post(f"/account/sessions/{other.pk}/end").headers["Location"] == "/account/"
    assert there.get("/account/").status_code == 302 and here.get("/account/").status_code == 200
